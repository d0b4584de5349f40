import { Amount } from '../money/amount'
import { exactTime } from '../ui/format-time'
import { Table, TableCell, TableHead, TableRow } from '../ui/table'
import { type ChartStep, changesOf } from './chart-steps'
import { LocalTime } from './local-time'

/** The chart in words: each change of the balance, newest first. */
export function PoolTable({ steps, caption }: { steps: readonly ChartStep[]; caption: string }) {
  return (
    <Table>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <TableHead>From</TableHead>
          <TableHead className="max-sm:hidden">UTC</TableHead>
          <TableHead className="text-right">Pool balance</TableHead>
        </tr>
      </thead>
      <tbody>
        {changesOf(steps).map((step) => (
          <TableRow key={step.at}>
            <TableCell className="figures">
              <LocalTime at={new Date(step.at).toISOString()} />
            </TableCell>
            <TableCell className="figures text-ink-muted max-sm:hidden">
              {exactTime(new Date(step.at))}
            </TableCell>
            <TableCell className="text-right">
              <Amount value={step.balance} isExact />
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  )
}
