'use client'

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { Amount } from '../money/amount'
import type { RevenueBar } from './revenue-days'

const TICK = { fill: 'var(--ink-muted)', fontSize: 12 }
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumSignificantDigits: 3 })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** The bars themselves. In a file of its own so that Recharts is read only where a chart is shown. */
export default function RevenuePlot({ bars }: { bars: readonly RevenueBar[] }) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={[...bars]} margin={{ top: 8, right: 12, bottom: 0, left: 0 }}>
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
          width={52}
          domain={[0, 'auto']}
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
            const bar: unknown = payload?.[0]?.payload
            return active && isBar(bar) ? <BarTooltip bar={bar} /> : null
          }}
        />
        <Bar
          dataKey="height"
          name="Revenue"
          fill="var(--accent-ink)"
          radius={[3, 3, 0, 0]}
          maxBarSize={28}
          isAnimationActive={false}
        />
      </BarChart>
    </ResponsiveContainer>
  )
}

function BarTooltip({ bar }: { bar: RevenueBar }) {
  return (
    <div className="grid gap-0.5 rounded-md border bg-raised px-3 py-2 text-[0.8125rem] shadow-high">
      <Amount value={bar.revenue} isExact className="font-medium" />
      <span className="figures text-ink-muted">{DAY.format(new Date(bar.day))} (UTC)</span>
      <span className="figures text-xs text-ink-muted">
        {bar.calls.toLocaleString('en')} calls, {bar.failures.toLocaleString('en')} failed
      </span>
    </div>
  )
}

// Recharts hands the data's rows back without their type.
function isBar(value: unknown): value is RevenueBar {
  return typeof value === 'object' && value !== null && 'day' in value && 'revenue' in value
}
