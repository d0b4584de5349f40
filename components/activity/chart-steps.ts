import type { PoolHistoryPoint } from '@/domain/wallet'
import { pixelHeight } from '../charts/pixel-height'

export type ChartStep = {
  /** Milliseconds since 1970. */
  at: number
  balance: bigint
  /** Places a pixel; the words come from `balance`. */
  height: number
}

export type ChartSteps = {
  steps: ChartStep[]
  first: bigint
  last: bigint
  lowest: bigint
  highest: bigint
  /** Nothing was in the pool during the whole window. */
  isAllZero: boolean
}

/** The points as a step line, oldest first. Of several points of one moment the last holds. */
export function chartSteps(points: readonly PoolHistoryPoint[]): ChartSteps {
  const byTime = new Map<number, bigint>()
  for (const point of points) byTime.set(Date.parse(point.at), BigInt(point.balance))
  const steps = [...byTime]
    .sort(([left], [right]) => left - right)
    .map(([at, balance]) => ({ at, balance, height: pixelHeight(balance) }))
  const balances = steps.map(({ balance }) => balance)
  const first = balances[0] ?? 0n
  return {
    steps,
    first,
    last: balances.at(-1) ?? 0n,
    lowest: balances.reduce((low, balance) => (balance < low ? balance : low), first),
    highest: balances.reduce((high, balance) => (balance > high ? balance : high), first),
    isAllZero: balances.every((balance) => balance === 0n),
  }
}

/** The steps where the balance changed, newest first, for the table beside the chart; the window's start comes last. */
export function changesOf(steps: readonly ChartStep[]): ChartStep[] {
  return steps.filter((step, index) => index === 0 || step.balance !== steps[index - 1]?.balance).reverse()
}
