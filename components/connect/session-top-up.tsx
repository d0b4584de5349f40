'use client'

import { useQuery } from '@tanstack/react-query'
import { getUntypedClient } from '@trpc/client'
import Link from 'next/link'
import { useCallback, useMemo, useState } from 'react'
import * as z from 'zod'
import { agentView } from '@/domain/agent'
import type { MembershipView } from '@/domain/workspace'
import { useConfig } from '../config/config-context'
import { Amount } from '../money/amount'
import { useTRPCClient } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { EmptyState } from '../ui/empty-state'
import { Field } from '../ui/field'
import { Select } from '../ui/select'
import { Skeleton } from '../ui/skeleton'
import { connectPath } from './connect-nav'
import type { ConnectPerson } from './connect-person'
import { receiveAddressAnswer } from './deposit-answers'
import { RequestFailure } from './request-failure'
import { createSessionDoor } from './session-door'
import { TopUpPart } from './top-up-part'
import type { ConnectedWallet } from './use-connected-wallet'

type SessionTopUpProps = { person: ConnectPerson; agentId: string | null; wallet: ConnectedWallet }

const listedAgents = z.object({ agents: z.array(agentView) })

/** Top up of an agent whose bearer this browser does not keep, by the person who is signed in. */
export function SessionTopUp({ person, agentId, wallet }: SessionTopUpProps) {
  const client = useTRPCClient()
  const [chosenId, setChosenId] = useState(agentId)
  const workspaceIds = person.workspaces.map(({ id }) => id)
  const agents = useQuery({
    queryKey: ['payable-agents', workspaceIds],
    queryFn: async () => {
      const lists = await Promise.all(
        person.workspaces.map(async (workspace) =>
          listedAgents
            .parse(await getUntypedClient(client).query('agents.list', { workspaceId: workspace.id }))
            .agents.filter(({ status }) => status === 'active')
            .map((agent) => ({ ...agent, workspace })),
        ),
      )
      return lists.flat()
    },
  })
  const { refetch } = agents
  const reload = useCallback(() => void refetch(), [refetch])
  if (agents.isError) return <RequestFailure error={agents.error} onRetry={reload} />
  if (!agents.data) return <Skeleton className="h-40 w-full" />
  const chosen = agents.data.find(({ id }) => id === chosenId) ?? (agentId ? null : agents.data[0])
  if (agents.data.length === 0 || (agentId && !chosen && chosenId === agentId)) {
    return <NoAgent isNamed={agentId !== null} />
  }
  return (
    <>
      <Card aria-labelledby="choice-title">
        <CardHeader
          id="choice-title"
          title="Which agent"
          description="You are signed in, so no bearer is needed to fill its balance."
        />
        <CardBody className="grid gap-3">
          <Field label="Agent" aside={chosen ? <Amount value={chosen.balance} /> : null}>
            {(control) => (
              <Select
                {...control}
                value={chosen?.id}
                onValueChange={setChosenId}
                options={agents.data.map(({ id, name, workspace }) => ({
                  value: id,
                  label: name,
                  description: workspace.name,
                }))}
              />
            )}
          </Field>
        </CardBody>
      </Card>
      {chosen ? (
        <SessionTopUpOf
          key={chosen.id}
          agentId={chosen.id}
          workspace={chosen.workspace}
          wallet={wallet}
          onCredited={reload}
        />
      ) : null}
    </>
  )
}

type SessionTopUpOfProps = {
  agentId: string
  workspace: MembershipView
  wallet: ConnectedWallet
  onCredited: () => void
}

function SessionTopUpOf({ agentId, workspace, wallet, onCredited }: SessionTopUpOfProps) {
  const client = useTRPCClient()
  const { chainId } = useConfig()
  const workspaceId = workspace.id
  const door = useMemo(
    () => createSessionDoor({ client, agentId, workspaceId, chainId }),
    [client, agentId, workspaceId, chainId],
  )
  const receive = useQuery({
    queryKey: ['session-agent', agentId, 'receive-address'],
    queryFn: async () =>
      receiveAddressAnswer.parse(
        await getUntypedClient(client).query('deposits.receiveAddress', { agentId, workspaceId }),
      ),
  })
  return (
    <TopUpPart
      agentId={agentId}
      door={door}
      receive={receive}
      wallet={wallet}
      bearer={null}
      onCredited={onCredited}
    />
  )
}

function NoAgent({ isNamed }: { isNamed: boolean }) {
  return (
    <EmptyState
      title={isNamed ? 'You see no such agent' : 'There is no agent to top up yet'}
      action={
        <Button asChild variant="primary">
          <Link href={connectPath('connect')}>Make an agent</Link>
        </Button>
      }
    >
      {isNamed
        ? 'The link names an agent that belongs to no workspace of yours, or that was revoked. Sign in with another wallet, or make your own.'
        : 'Make one and give it a bearer; then its balance can be filled here.'}
    </EmptyState>
  )
}
