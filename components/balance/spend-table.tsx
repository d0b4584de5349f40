import type { SpendView } from '@/domain/balance'
import { Amount } from '../money/amount'
import { Table, TableCell, TableHead, TableRow } from '../ui/table'

/** The chart in words: the days with spend, newest first. */
export function SpendTable({ days, caption }: { days: SpendView['days']; caption: string }) {
  const spent = days.filter(({ amount }) => BigInt(amount) > 0n).reverse()
  return (
    <Table>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <TableHead>Day (UTC)</TableHead>
          <TableHead className="text-right">Spent</TableHead>
        </tr>
      </thead>
      <tbody>
        {spent.map(({ day, amount }) => (
          <TableRow key={day}>
            <TableCell className="figures">{day}</TableCell>
            <TableCell className="text-right">
              <Amount value={amount} isExact />
            </TableCell>
          </TableRow>
        ))}
      </tbody>
    </Table>
  )
}
