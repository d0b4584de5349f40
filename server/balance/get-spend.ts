import type { SpendView } from '@/domain/balance'
import { now } from '@/server/core/clock'
import { assertAgentOf } from './assert-agent-of'
import { selectSpend } from './balance-repository'

const TOP_REFERENCES = 20
const DAY_MILLISECONDS = 86_400_000

/** What an agent spent on today and the `days - 1` UTC days before, less refunds. Throws `agent_not_found`. */
export async function getSpend({
  workspaceId,
  agentId,
  days,
}: {
  workspaceId: string
  agentId: string
  days: number
}): Promise<SpendView> {
  await assertAgentOf({ workspaceId, agentId })
  const today = Math.floor(now().getTime() / DAY_MILLISECONDS) * DAY_MILLISECONDS
  const since = new Date(today - (days - 1) * DAY_MILLISECONDS)
  const spend = await selectSpend({ agentId, since, topReferences: TOP_REFERENCES })
  const byDay = new Map(spend.days.map(({ day, amount }) => [day, amount]))
  return {
    total: spend.days.reduce((sum, { amount }) => sum + amount, 0n).toString(),
    days: Array.from({ length: days }, (_, index) => {
      const day = new Date(since.getTime() + index * DAY_MILLISECONDS).toISOString().slice(0, 10)
      return { day, amount: (byDay.get(day) ?? 0n).toString() }
    }),
    references: spend.references.map(({ amount, ...rest }) => ({ ...rest, amount: amount.toString() })),
  }
}
