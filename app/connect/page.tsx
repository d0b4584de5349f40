import { readConnectAction } from '@/components/connect/connect-action'
import { ConnectPage } from '@/components/connect/connect-page'
import { PlainFrame } from '@/components/shell/plain-frame'
import { checksummed } from '@/domain/address'
import { personOf } from '../person-of'
import { readMe } from '../server-caller'

export const metadata = { title: 'Connect an agent' }

type ConnectProps = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Connect({ searchParams }: ConnectProps) {
  const [{ action, agent }, me] = await Promise.all([searchParams, readMe()])
  return (
    <PlainFrame person={me ? personOf(me) : null}>
      <ConnectPage
        action={readConnectAction(action)}
        agentId={typeof agent === 'string' ? agent : null}
        person={me && { address: checksummed(me.address), workspaces: me.workspaces }}
      />
    </PlainFrame>
  )
}
