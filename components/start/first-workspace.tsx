'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../trpc/trpc'
import { Card, CardBody, CardHeader } from '../ui/card'
import { CreateWorkspaceForm } from '../workspaces/create-workspace-form'
import { MyInvites } from '../workspaces/my-invites'

/** Signed in, but in no workspace yet: join one that waits, or create one. */
export function FirstWorkspace() {
  const trpc = useTRPC()
  const { data: invites = [] } = useQuery(trpc.workspaces.myInvites.queryOptions())
  return (
    <div className="mx-auto grid w-full max-w-lg gap-5 px-4 py-10 sm:py-16">
      {invites.length > 0 ? (
        <Card>
          <CardHeader
            title="You are invited"
            description="Joining shows you the workspace's money and people."
          />
          <CardBody>
            <MyInvites />
          </CardBody>
        </Card>
      ) : null}
      <Card>
        <CardHeader
          title={invites.length > 0 ? 'Or create your own workspace' : 'Create your workspace'}
          description="It holds the balance, the people and the history of one wallet: the one you signed in with."
        />
        <CardBody>
          <CreateWorkspaceForm />
        </CardBody>
      </Card>
    </div>
  )
}
