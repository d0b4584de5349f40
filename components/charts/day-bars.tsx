'use client'

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { Amount } from '../money/amount'
import { GRID, MARGIN, panelOf, X_AXIS, Y_AXIS } from './axes'
import { pixelHeight } from './pixel-height'

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

type DayBar = {
  /** UTC, as 2026-11-21. */
  day: string
  /** Atomic units. */
  amount: bigint
  /** What else the panel at the pointer says of the day. */
  note?: string
}

type DayBarsProps = {
  bars: readonly DayBar[]
  /** What a bar is. */
  name: string
}

/** An amount for each UTC day. In a file of its own so that Recharts is read only where a chart is shown. */
export default function DayBars({ bars, name }: DayBarsProps) {
  const data = bars.map((bar) => ({ ...bar, height: pixelHeight(bar.amount) }))
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={data} margin={MARGIN}>
        <CartesianGrid {...GRID} />
        <XAxis {...X_AXIS} dataKey="day" tickFormatter={formatDay} />
        <YAxis {...Y_AXIS} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--sunken)' }}
          content={panelOf(isDayBar, ({ day, amount, note }) => (
            <>
              <Amount value={amount} isExact className="font-medium" />
              <span className="figures text-ink-muted">{formatDay(day)} (UTC)</span>
              {note ? <span className="figures text-xs text-ink-muted">{note}</span> : null}
            </>
          ))}
        />
        <Bar
          dataKey="height"
          name={name}
          fill="var(--accent-ink)"
          radius={[3, 3, 0, 0]}
          maxBarSize={28}
          isAnimationActive={false}
        />
      </BarChart>
    </ResponsiveContainer>
  )
}

function formatDay(day: string): string {
  return DAY.format(new Date(day))
}

function isDayBar(value: unknown): value is DayBar {
  return typeof value === 'object' && value !== null && 'day' in value && 'amount' in value
}
