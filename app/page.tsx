import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { LAST_WORKSPACE_COOKIE, lastWorkspace } from '@/components/shell/last-workspace'
import { PlainFrame } from '@/components/shell/plain-frame'
import { FirstWorkspace } from '@/components/start/first-workspace'
import { SignedOutStart } from '@/components/start/signed-out-start'
import { Hydrate } from './hydrate'
import { personOf } from './person-of'
import { readMe, readPrefetcher } from './server-caller'

export default async function StartPage() {
  const me = await readMe()
  if (!me) {
    return (
      <PlainFrame person={null}>
        <SignedOutStart />
      </PlainFrame>
    )
  }
  const remembered = (await cookies()).get(LAST_WORKSPACE_COOKIE)?.value
  const workspace = lastWorkspace(me.workspaces, remembered)
  if (workspace) redirect(`/w/${workspace.slug}`)
  const { queryClient, trpc } = await readPrefetcher()
  await queryClient.prefetchQuery(trpc.workspaces.myInvites.queryOptions())
  return (
    <PlainFrame person={personOf(me)}>
      <Hydrate queryClient={queryClient}>
        <FirstWorkspace />
      </Hydrate>
    </PlainFrame>
  )
}
