import { formatUsdc } from '@/domain/money'
import { REVENUE_DAYS, type RevenueDayView } from '@/domain/priced-api'

export type RevenueBar = {
  day: string
  revenue: bigint
  calls: number
  failures: number
  /** USDC as a float: it only places a pixel, the words come from `revenue`. */
  height: number
}

export type RevenueSum = { bars: RevenueBar[]; revenue: bigint; calls: number; failures: number }

const ATOMIC_PER_USDC = 1_000_000

/** The days as bars, with their sums. */
export function sumRevenue(days: readonly RevenueDayView[]): RevenueSum {
  const bars = days.map(({ day, revenueMicroUsdc, calls, failures }) => {
    const revenue = BigInt(revenueMicroUsdc)
    return { day, revenue, calls, failures, height: Number(revenue) / ATOMIC_PER_USDC }
  })
  return {
    bars,
    revenue: bars.reduce((sum, bar) => sum + bar.revenue, 0n),
    calls: bars.reduce((sum, bar) => sum + bar.calls, 0),
    failures: bars.reduce((sum, bar) => sum + bar.failures, 0),
  }
}

/** The chart in a sentence, for who cannot see it. */
export function revenueSummary({ revenue, calls, failures }: RevenueSum): string {
  return `Revenue of the last ${REVENUE_DAYS} days: ${formatUsdc(revenue)} USDC from ${calls} calls, of which ${failures} failed and were given back.`
}
