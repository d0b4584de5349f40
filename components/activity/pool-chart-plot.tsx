'use client'

import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { Amount } from '../money/amount'
import { exactTime } from '../ui/format-time'
import type { ChartStep } from './chart-steps'
import { LocalTime } from './local-time'

const TICK = { fill: 'var(--ink-muted)', fontSize: 12 }
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 2 })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

type PoolChartPlotProps = { steps: readonly ChartStep[] }

/** The step line itself. In a file of its own so that Recharts is read only where a chart is shown. */
export default function PoolChartPlot({ steps }: PoolChartPlotProps) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart data={[...steps]} margin={{ top: 8, right: 12, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          scale="time"
          domain={['dataMin', 'dataMax']}
          ticks={dayTicks(steps)}
          tickFormatter={(at: number) => DAY.format(at)}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          interval="preserveStartEnd"
          minTickGap={28}
        />
        <YAxis
          width={44}
          domain={[0, 'auto']}
          tickFormatter={(usdc: number) => COMPACT.format(usdc)}
          tick={TICK}
          tickLine={false}
          axisLine={false}
          tickCount={4}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--line-strong)', strokeDasharray: '3 3' }}
          content={({ active, payload }) => {
            const step: unknown = payload?.[0]?.payload
            return active && isStep(step) ? <StepTooltip step={step} /> : null
          }}
        />
        <Line
          type="stepAfter"
          dataKey="height"
          name="Pool balance"
          stroke="var(--accent-ink)"
          strokeWidth={2}
          dot={false}
          activeDot={{ r: 4, fill: 'var(--accent-ink)', stroke: 'var(--surface)', strokeWidth: 2 }}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  )
}

function StepTooltip({ step }: { step: ChartStep }) {
  const iso = new Date(step.at).toISOString()
  return (
    <div className="grid gap-0.5 rounded-md border bg-raised px-3 py-2 text-[0.8125rem] shadow-high">
      <Amount value={step.balance} isExact className="font-medium" />
      <LocalTime at={iso} className="figures text-ink-muted" />
      <span className="figures text-xs text-ink-faint">{exactTime(new Date(step.at))}</span>
    </div>
  )
}

// Recharts hands the data's rows back without their type.
function isStep(value: unknown): value is ChartStep {
  return typeof value === 'object' && value !== null && 'at' in value && 'balance' in value
}

const MAX_TICKS = 7

/** Midnights of this browser's zone, at most seven of them at equal distances. */
function dayTicks(steps: readonly ChartStep[]): number[] {
  const [from, to] = [steps[0]?.at, steps.at(-1)?.at]
  if (from === undefined || to === undefined) return []
  const day = new Date(from)
  day.setHours(24, 0, 0, 0)
  const midnights: number[] = []
  for (; day.getTime() <= to; day.setDate(day.getDate() + 1)) midnights.push(day.getTime())
  const every = Math.ceil(midnights.length / MAX_TICKS)
  return midnights.filter((_, index) => index % every === 0)
}
