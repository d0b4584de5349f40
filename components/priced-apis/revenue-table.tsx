import { Amount } from '../money/amount'
import { Table, TableCell, TableHead, TableRow } from '../ui/table'
import type { RevenueBar } from './revenue-days'

/** The chart in words: each day with a call, newest first. */
export function RevenueTable({ bars, caption }: { bars: readonly RevenueBar[]; caption: string }) {
  return (
    <Table>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <TableHead>Day (UTC)</TableHead>
          <TableHead className="text-right">Calls</TableHead>
          <TableHead className="text-right">Failed</TableHead>
          <TableHead className="text-right">Revenue</TableHead>
        </tr>
      </thead>
      <tbody>
        {bars
          .filter(({ calls }) => calls > 0)
          .toReversed()
          .map(({ day, calls, failures, revenue }) => (
            <TableRow key={day}>
              <TableCell className="figures">{day}</TableCell>
              <TableCell className="figures text-right">{calls.toLocaleString('en')}</TableCell>
              <TableCell className="figures text-right">{failures.toLocaleString('en')}</TableCell>
              <TableCell className="text-right">
                <Amount value={revenue} />
              </TableCell>
            </TableRow>
          ))}
      </tbody>
    </Table>
  )
}
