'use client'

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { SpendView } from '@/domain/balance'
import { Amount } from '../money/amount'

const TICK = { fill: 'var(--ink-muted)', fontSize: 12 }
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 2 })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const ATOMIC_PER_USDC = 1_000_000

type Day = SpendView['days'][number]

/** The bars themselves. In a file of its own so that Recharts is read only where a chart is shown. */
export default function SpendPlot({ days }: { days: readonly Day[] }) {
  // A float only places a pixel; the words come from the amount.
  const data = days.map((day) => ({ ...day, height: Number(day.amount) / ATOMIC_PER_USDC }))
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={data} margin={{ top: 8, right: 4, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="day"
          tickFormatter={(day: string) => DAY.format(new Date(day))}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          interval="preserveStartEnd"
          minTickGap={28}
        />
        <YAxis
          width={44}
          tickFormatter={(usdc: number) => COMPACT.format(usdc)}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          tickCount={4}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--sunken)' }}
          content={({ active, payload }) => {
            const day: unknown = payload?.[0]?.payload
            return active && isDay(day) ? <DayTooltip day={day} /> : null
          }}
        />
        <Bar
          dataKey="height"
          name="Spent"
          fill="var(--accent)"
          radius={[3, 3, 0, 0]}
          maxBarSize={28}
          isAnimationActive={false}
        />
      </BarChart>
    </ResponsiveContainer>
  )
}

function DayTooltip({ day: { day, amount } }: { day: Day }) {
  return (
    <div className="grid gap-0.5 rounded-md border bg-raised px-3 py-2 text-[0.8125rem] shadow-high">
      <Amount value={amount} isExact className="font-medium" />
      <span className="figures text-ink-muted">{DAY.format(new Date(day))}</span>
    </div>
  )
}

// Recharts hands the data's rows back without their type.
function isDay(value: unknown): value is Day {
  return typeof value === 'object' && value !== null && 'day' in value && 'amount' in value
}
