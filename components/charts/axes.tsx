import type { ReactNode } from 'react'

const TICK = { fill: 'var(--ink-muted)', fontSize: 12 }
// Three digits at any size: a day of paid calls may bring a tenth of a cent, a pool holds millions.
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumSignificantDigits: 3 })

export const MARGIN = { top: 8, right: 12, bottom: 0, left: 0 }

export const GRID = { vertical: false, stroke: 'var(--line)' }

export const X_AXIS = {
  tick: TICK,
  tickLine: false,
  axisLine: { stroke: 'var(--line)' },
  interval: 'preserveStartEnd',
  minTickGap: 28,
} as const

/** USDC, from zero up. */
export const Y_AXIS = {
  width: 52,
  domain: [0, 'auto'] as [number, 'auto'],
  tickFormatter: (usdc: number) => COMPACT.format(usdc),
  tick: TICK,
  tickLine: false,
  axisLine: false,
  tickCount: 4,
}

type AtPointer = { active?: boolean; payload?: readonly { payload?: unknown }[] }

/** The panel at the pointer. Recharts hands the data's rows back without their type, so `isRow` tells it. */
export function panelOf<Row>(isRow: (value: unknown) => value is Row, words: (row: Row) => ReactNode) {
  return ({ active, payload }: AtPointer) => {
    const row = payload?.[0]?.payload
    if (!active || !isRow(row)) return null
    return (
      <div className="grid gap-0.5 rounded-md border bg-raised px-3 py-2 text-[0.8125rem] shadow-high">
        {words(row)}
      </div>
    )
  }
}
