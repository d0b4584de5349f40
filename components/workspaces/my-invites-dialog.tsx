'use client'

import { Dialog, DialogContent } from '../ui/dialog'
import { MyInvites } from './my-invites'

export default function MyInvitesDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent title="Invitations" description="Joining shows you the workspace's money and people.">
        <MyInvites onAnswered={onClose} />
      </DialogContent>
    </Dialog>
  )
}
