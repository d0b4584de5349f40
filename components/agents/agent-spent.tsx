import type { AgentView } from '@/domain/agent'
import { Amount } from '../money/amount'
import { Progress } from '../ui/progress'

// A bar has whole steps; more than a thousand cannot be told apart.
const STEPS = 1000n

/** What was spent in this calendar month (UTC), and how much of the limit that is. */
export function AgentSpent({ agent }: { agent: Pick<AgentView, 'spentThisMonth' | 'monthlyLimit'> }) {
  if (agent.monthlyLimit === null) return <Amount value={agent.spentThisMonth} isShort />
  const [spent, limit] = [BigInt(agent.spentThisMonth), BigInt(agent.monthlyLimit)]
  const share = limit === 0n ? STEPS : (spent * STEPS) / limit
  return (
    <span className="inline-grid min-w-32 gap-1.5">
      <span className="whitespace-nowrap">
        <Amount value={spent} isShort isUnitHidden /> <span className="text-ink-muted">of</span>{' '}
        <Amount value={limit} isShort />
      </span>
      <Progress
        value={Number(share > STEPS ? STEPS : share)}
        max={Number(STEPS)}
        label="Spent of the monthly limit, in thousandths"
      />
    </span>
  )
}
