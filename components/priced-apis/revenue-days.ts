import { formatUsdc } from '@/domain/money'
import { REVENUE_DAYS, type RevenueDayView } from '@/domain/priced-api'

export type RevenueDay = { day: string; revenue: bigint; calls: number; failures: number }

export type RevenueSum = { days: RevenueDay[]; revenue: bigint; calls: number; failures: number }

/** The days with their sums, in atomic units. */
export function sumRevenue(views: readonly RevenueDayView[]): RevenueSum {
  const days = views.map(({ revenueMicroUsdc, ...day }) => ({ ...day, revenue: BigInt(revenueMicroUsdc) }))
  return {
    days,
    revenue: days.reduce((sum, day) => sum + day.revenue, 0n),
    calls: days.reduce((sum, day) => sum + day.calls, 0),
    failures: days.reduce((sum, day) => sum + day.failures, 0),
  }
}

/** The chart in a sentence, for who cannot see it. */
export function revenueSummary({ revenue, calls, failures }: RevenueSum): string {
  return `Revenue of the last ${REVENUE_DAYS} days: ${formatUsdc(revenue)} USDC from ${calls} calls, of which ${failures} failed and were given back.`
}
