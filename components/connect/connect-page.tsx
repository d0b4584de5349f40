'use client'

import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { SignInCard } from '../auth/sign-in-card'
import { useIsHydrated } from '../auth/use-is-hydrated'
import { Skeleton } from '../ui/skeleton'
import type { ConnectAction } from './connect-action'
import { ConnectNav, connectPath } from './connect-nav'
import type { ConnectPerson } from './connect-person'
import type { KeptAgent } from './kept-agents'
import { useConnectedWallet } from './use-connected-wallet'
import { useKeptAgents } from './use-kept-agents'

const loading = () => <PartSkeleton />
const AgentPart = dynamic(() => import('./agent-part').then(({ AgentPart }) => AgentPart), {
  ssr: false,
  loading,
})
const MintPart = dynamic(() => import('./mint-part').then(({ MintPart }) => MintPart), {
  ssr: false,
  loading,
})
const RecoverPart = dynamic(() => import('./recover-part').then(({ RecoverPart }) => RecoverPart), {
  ssr: false,
  loading,
})
const SessionTopUp = dynamic(() => import('./session-top-up').then(({ SessionTopUp }) => SessionTopUp), {
  ssr: false,
  loading,
})

const WORDS: Record<ConnectAction, { title: string; lead: string }> = {
  connect: {
    title: 'Connect an agent',
    lead: 'Sign in with your wallet, give your agent a bearer, and say which wallets may pay for it.',
  },
  topup: {
    title: 'Top up an agent',
    lead: 'Send USDC from a linked wallet; the agent’s balance is credited after its confirmations.',
  },
  link: { title: 'Link wallets', lead: 'USDC that a linked wallet sends can be credited to the agent.' },
  recover: {
    title: 'Recover an agent',
    lead: 'The wallet that it was made with signs a message, and the agent gets a new bearer.',
  },
}

type ConnectPageProps = { action: ConnectAction; agentId: string | null; person: ConnectPerson | null }

/** `/connect`: works alone and on a phone; what the browser keeps decides what is shown. */
export function ConnectPage({ action, agentId, person }: ConnectPageProps) {
  const { title, lead } = WORDS[action]
  return (
    <div className="mx-auto grid w-full max-w-lg gap-5 px-4 py-8 sm:py-12">
      <div className="grid gap-1">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="text-ink-muted">{lead}</p>
      </div>
      <ConnectNav action={action} agentId={agentId} />
      <ConnectBody action={action} agentId={agentId} person={person} />
    </div>
  )
}

/** A bearer that was made on this page, until its owner has stored it. */
type Fresh = { agentId: string; isRecovered: boolean }

function ConnectBody({ action, agentId, person }: ConnectPageProps) {
  const isHydrated = useIsHydrated()
  const wallet = useConnectedWallet()
  const { agents, keep, forget } = useKeptAgents([person?.address, wallet.address])
  const [fresh, setFresh] = useState<Fresh | null>(null)
  const [isMinting, setIsMinting] = useState(false)
  const router = useRouter()
  const current = currentAgent(agents, fresh?.agentId ?? agentId, action)
  const take = (
    owner: string,
    agent: { agentId: string; name: string; token: string },
    isRecovered: boolean,
  ) => {
    keep(owner, agent)
    setFresh({ agentId: agent.agentId, isRecovered })
    setIsMinting(false)
  }
  // What the browser keeps is unknown on the server, and the wallet a moment longer.
  if (!isHydrated || (agents.length === 0 && wallet.state === 'looking')) return <PartSkeleton />
  if (action === 'recover' && !fresh) {
    return <RecoverPart wallet={wallet} onRecovered={take} />
  }
  if (current && !isMinting) {
    return (
      <AgentPart
        action={action === 'recover' ? 'connect' : action}
        agent={current}
        others={agents.filter((other) => other !== current)}
        wallet={wallet}
        fresh={fresh?.agentId === current.agentId ? fresh : null}
        onStored={() => {
          setFresh(null)
          // Recovered: what is next is the agent, not the form that asked for the signature.
          if (action === 'recover') router.replace(connectPath('connect', current.agentId))
        }}
        onForget={() => {
          setFresh(null)
          forget(current.agentId)
        }}
        onMint={person ? () => setIsMinting(true) : null}
      />
    )
  }
  if (!person) return <SignInFirst action={action} agentId={agentId} />
  if (action === 'topup') return <SessionTopUp person={person} agentId={agentId} wallet={wallet} />
  return (
    <MintPart
      person={person}
      onMinted={(agent) => take(person.address, agent, false)}
      onCancel={isMinting ? () => setIsMinting(false) : null}
    />
  )
}

function SignInFirst({ action, agentId }: { action: ConnectAction; agentId: string | null }) {
  return (
    <>
      {action === 'connect' ? null : (
        <p className="text-ink-muted">
          This browser keeps no bearer{agentId ? ' of this agent' : ''}. Sign in, or connect the wallet that
          it was kept for.
        </p>
      )}
      <SignInCard />
      <p className="text-[0.8125rem] text-ink-muted">
        Lost the bearer of an agent?{' '}
        <Link href={connectPath('recover')} className="text-accent-ink underline-offset-4 hover:underline">
          Recover it with its wallet
        </Link>
        .
      </p>
    </>
  )
}

// A link that names an agent must not top up another one; elsewhere the newest kept one serves.
function currentAgent(
  agents: readonly KeptAgent[],
  agentId: string | null,
  action: ConnectAction,
): KeptAgent | null {
  const named = agents.find((agent) => agent.agentId === agentId)
  if (named) return named
  return agentId && action === 'topup' ? null : (agents[0] ?? null)
}

function PartSkeleton() {
  return (
    <div aria-busy="true" className="grid gap-3 rounded-lg border bg-surface p-5">
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-11 w-full" />
    </div>
  )
}
