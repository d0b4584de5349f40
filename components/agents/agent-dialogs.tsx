'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { AgentView } from '@/domain/agent'
import type { AgentAct } from './agent-actions'

// Each is a chunk of its own: most visits only look.
const MintAgentDialog = dynamic(() => import('./mint-agent-dialog').then((module) => module.MintAgentDialog))
const TokenDialog = dynamic(() => import('./token-dialog').then((module) => module.TokenDialog))
const RenameAgentDialog = dynamic(() =>
  import('./rename-agent-dialog').then((module) => module.RenameAgentDialog),
)
const LimitsAgentDialog = dynamic(() =>
  import('./limits-agent-dialog').then((module) => module.LimitsAgentDialog),
)
const RotateAgentDialog = dynamic(() =>
  import('./rotate-agent-dialog').then((module) => module.RotateAgentDialog),
)
const RevokeAgentDialog = dynamic(() =>
  import('./revoke-agent-dialog').then((module) => module.RevokeAgentDialog),
)
const AgentSheet = dynamic(() => import('./agent-sheet').then((module) => module.AgentSheet))

export type AskedAct = { act: 'mint' } | { act: AgentAct; agent: AgentView }
type ShownToken = { agentName: string; token: string; previousExpiresAt?: string }

type AgentDialogsProps = {
  asked: AskedAct | null
  onAsk: (asked: AskedAct | null) => void
  /** The agent whose details are open. */
  openId: string | null
  onCloseSheet: () => void
  mayManage: boolean
}

/** The dialog that is asked for, the secret it may bring, and the details of one agent. */
export function AgentDialogs({ asked, onAsk, openId, onCloseSheet, mayManage }: AgentDialogsProps) {
  const [shown, setShown] = useState<ShownToken | null>(null)
  const close = () => onAsk(null)
  const show = (token: ShownToken) => {
    close()
    setShown(token)
  }
  return (
    <>
      {openId ? (
        <AgentSheet
          agentId={openId}
          mayManage={mayManage}
          onClose={onCloseSheet}
          onAct={(act, agent) => onAsk({ act, agent })}
        />
      ) : null}
      {asked?.act === 'mint' ? (
        <MintAgentDialog onClose={close} onMinted={({ name, token }) => show({ agentName: name, token })} />
      ) : null}
      {asked?.act === 'rename' ? <RenameAgentDialog agent={asked.agent} onClose={close} /> : null}
      {asked?.act === 'limits' ? <LimitsAgentDialog agent={asked.agent} onClose={close} /> : null}
      {asked?.act === 'rotate' ? (
        <RotateAgentDialog
          agent={asked.agent}
          onClose={close}
          onRotated={({ token, previousExpiresAt }) =>
            show({ agentName: asked.agent.name, token, previousExpiresAt })
          }
        />
      ) : null}
      {asked?.act === 'revoke' ? <RevokeAgentDialog agent={asked.agent} onClose={close} /> : null}
      {shown ? <TokenDialog {...shown} onClose={() => setShown(null)} /> : null}
    </>
  )
}
