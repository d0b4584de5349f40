import type { ReactNode } from 'react'
import { Table, TableCell, TableHead, TableRow } from '../ui/table'

type DayTableProps<Day> = {
  caption: string
  /** Oldest first, as the chart has them. */
  days: readonly Day[]
  /** The columns beside the day. */
  columns: readonly { heading: string; figure: (day: Day) => ReactNode }[]
}

/** The days of a chart in words, newest first. */
export function DayTable<Day extends { day: string }>({ caption, days, columns }: DayTableProps<Day>) {
  return (
    <Table>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <TableHead>Day (UTC)</TableHead>
          {columns.map(({ heading }) => (
            <TableHead key={heading} className="text-right">
              {heading}
            </TableHead>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.toReversed().map((day) => (
          <TableRow key={day.day}>
            <TableCell className="figures">{day.day}</TableCell>
            {columns.map(({ heading, figure }) => (
              <TableCell key={heading} className="figures text-right">
                {figure(day)}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </tbody>
    </Table>
  )
}
