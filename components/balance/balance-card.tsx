'use client'

import { ArrowDownToLine, ArrowLeftRight, BellRing } from 'lucide-react'
import type { ReactNode } from 'react'
import type { BalanceView } from '@/domain/balance'
import { Amount } from '../money/amount'
import { useMay } from '../shell/workspace-context'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { RelativeTime } from '../ui/relative-time'
import { BalanceRefund } from '../withdrawals/balance-refund'
import { BalanceDialogs, useBalanceDialogs } from './balance-dialogs'
import { BalanceNotices } from './balance-notices'
import { topUpHref } from './balance-params'

type BalanceCardProps = {
  balance: BalanceView
  agents: readonly BalanceView[]
  /** The last reading failed; shown is an older one. */
  isOld: boolean
}

/** What the agent has to spend, what stands in its way, and what a person can do about it. */
export function BalanceCard({ balance, agents, isOld }: BalanceCardProps) {
  const dialogs = useBalanceDialogs()
  const mayManage = useMay('manage-workspace')
  const mayMove = useMay('move-balance')
  const canMove = mayMove && BigInt(balance.balance) > 0n && agents.length > 1
  return (
    <Card aria-labelledby="balance-heading">
      <CardHeader
        id="balance-heading"
        title={`Balance of ${balance.name}`}
        description="What this agent can spend on charges and priced APIs without asking anybody."
        actions={<BalanceState balance={balance} />}
      />
      <CardBody className="grid gap-4">
        <p className="text-3xl font-semibold tracking-tight">
          <Amount value={balance.balance} unitClassName="text-lg font-medium" />
        </p>
        <BalanceNotices balance={balance} isOld={isOld} />
        <Facts balance={balance} />
        <div className="flex flex-wrap gap-2 max-sm:flex-col [&>*]:h-11 sm:[&>*]:h-9">
          {balance.revokedAt ? null : (
            <Button asChild variant="primary">
              <a href={topUpHref(balance.agentId)}>
                <ArrowDownToLine aria-hidden />
                Top up
              </a>
            </Button>
          )}
          {BigInt(balance.balance) > 0n ? (
            <BalanceRefund agent={{ id: balance.agentId, name: balance.name }} />
          ) : null}
          {canMove ? (
            <Button onClick={() => dialogs.open('move')}>
              <ArrowLeftRight aria-hidden />
              Move to another agent
            </Button>
          ) : null}
          {mayManage ? (
            <Button onClick={() => dialogs.open('threshold')}>
              <BellRing aria-hidden />
              {balance.lowBalanceThreshold === null ? 'Warn when low' : 'Change the warning'}
            </Button>
          ) : null}
        </div>
      </CardBody>
      <BalanceDialogs dialogs={dialogs} balance={balance} agents={agents} />
    </Card>
  )
}

function BalanceState({ balance }: { balance: BalanceView }) {
  if (balance.revokedAt) return <Badge>Revoked</Badge>
  if (BigInt(balance.owed) > 0n) return <Badge tone="danger">Frozen</Badge>
  if (balance.isLow) return <Badge tone="caution">Low</Badge>
  return null
}

function Facts({ balance }: { balance: BalanceView }) {
  return (
    <dl className="grid gap-x-8 gap-y-2 sm:grid-cols-3">
      <Fact term="Spent this month (UTC)">
        <Amount value={balance.spentThisMonth} />
        {balance.monthlyLimit === null ? null : (
          <span className="text-ink-muted">
            {' '}
            of <Amount value={balance.monthlyLimit} />
          </span>
        )}
      </Fact>
      <Fact term="Warns below">
        {balance.lowBalanceThreshold === null ? (
          <span className="text-ink-muted">Never</span>
        ) : (
          <Amount value={balance.lowBalanceThreshold} />
        )}
      </Fact>
      <Fact term="Last moved">
        <RelativeTime at={balance.updatedAt} />
      </Fact>
    </dl>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-[0.8125rem] text-ink-muted">{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
