import type { AgentDetailsView } from '@/domain/agent'
import { Amount } from '../money/amount'

const monthWords = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** What the agent spent, by month and by what it paid for. */
export function AgentSpend({ agent }: { agent: AgentDetailsView }) {
  if (agent.months.length === 0) {
    return (
      <section aria-labelledby="agent-spend" className="grid gap-2">
        <h3 id="agent-spend" className="font-semibold">
          Spent
        </h3>
        <p className="text-ink-muted">Nothing yet. Its payments appear here by month and by reference.</p>
      </section>
    )
  }
  return (
    <section aria-labelledby="agent-spend" className="grid gap-3">
      <h3 id="agent-spend" className="flex items-baseline justify-between gap-3 font-semibold">
        Spent
        <Amount value={agent.spentTotal} className="font-medium" />
      </h3>
      <Rows
        caption="By month (UTC)"
        rows={agent.months.map(({ month, spent }) => ({
          key: month,
          label: monthWords.format(new Date(`${month}T00:00:00Z`)),
          spent,
        }))}
      />
      {agent.references.length > 0 ? (
        <Rows
          caption="By reference, last 30 days"
          rows={agent.references.map(({ reference, spent, charges }) => ({
            key: reference,
            label: `${reference} (${charges})`,
            spent,
          }))}
        />
      ) : null}
    </section>
  )
}

type RowsProps = { caption: string; rows: { key: string; label: string; spent: string }[] }

function Rows({ caption, rows }: RowsProps) {
  return (
    <table className="w-full">
      <caption className="pb-1 text-left text-[0.8125rem] text-ink-muted">{caption}</caption>
      <tbody>
        {rows.map(({ key, label, spent }) => (
          <tr key={key} className="border-t">
            <th scope="row" className="py-1.5 pr-3 text-left font-normal break-all">
              {label}
            </th>
            <td className="py-1.5 text-right">
              <Amount value={spent} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
