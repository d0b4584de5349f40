'use client'

import { Dialog, DialogContent } from '../ui/dialog'
import { CreateWorkspaceForm } from './create-workspace-form'

export default function CreateWorkspaceDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DialogContent
        title="Create a workspace"
        description="The signed-in wallet becomes its owner and its wallet. A wallet has one workspace of its own and may be a member of many."
      >
        <CreateWorkspaceForm onCreated={onClose} />
      </DialogContent>
    </Dialog>
  )
}
