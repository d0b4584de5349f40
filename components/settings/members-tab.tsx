'use client'

import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../shell/workspace-context'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { InviteDialog } from './invite-dialog'
import { InvitesTable } from './invites-table'
import { MembersTable } from './members-table'

/** Who is in, who is invited, and, for owners, changing both. */
export function MembersTab() {
  const [isInviting, setIsInviting] = useState(false)
  const mayManage = useMay('manage-members')
  return (
    <div className="grid gap-5">
      <Card>
        <CardHeader
          title="Members"
          description={
            mayManage
              ? 'Adding somebody or raising a role takes your signature, which is kept as evidence. Lowering takes effect at once.'
              : 'Owners add members and change roles.'
          }
          actions={
            mayManage ? (
              <Button variant="primary" onClick={() => setIsInviting(true)}>
                <UserPlus aria-hidden />
                Invite
              </Button>
            ) : undefined
          }
        />
        <MembersTable />
      </Card>
      <Card>
        <CardHeader
          title="Invitations"
          description="Open for seven days; a wallet accepts by signing in here."
        />
        <InvitesTable onInvite={mayManage ? () => setIsInviting(true) : undefined} />
      </Card>
      <InviteDialog open={isInviting} onOpenChange={setIsInviting} />
    </div>
  )
}
