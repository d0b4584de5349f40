'use client'

import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { GRID, MARGIN, panelOf, X_AXIS, Y_AXIS } from '../charts/axes'
import { Amount } from '../money/amount'
import { exactTime } from '../ui/format-time'
import type { ChartStep } from './chart-steps'
import { LocalTime } from './local-time'

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

type PoolChartPlotProps = { steps: readonly ChartStep[] }

/** The step line itself. In a file of its own so that Recharts is read only where a chart is shown. */
export default function PoolChartPlot({ steps }: PoolChartPlotProps) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart data={[...steps]} margin={MARGIN}>
        <CartesianGrid {...GRID} />
        <XAxis
          {...X_AXIS}
          dataKey="at"
          type="number"
          scale="time"
          domain={['dataMin', 'dataMax']}
          ticks={dayTicks(steps)}
          tickFormatter={(at: number) => DAY.format(at)}
        />
        <YAxis {...Y_AXIS} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--line-strong)', strokeDasharray: '3 3' }}
          content={panelOf(isStep, ({ at, balance }) => (
            <>
              <Amount value={balance} isExact className="font-medium" />
              <LocalTime at={new Date(at).toISOString()} className="figures text-ink-muted" />
              <span className="figures text-xs text-ink-faint">{exactTime(new Date(at))}</span>
            </>
          ))}
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
