import type { PricedApiView, RevenueDayView } from '@/domain/priced-api'
import type { PricedApiFigures, PricedApiRow, RevenueDay } from './priced-api-repository'

const NOTHING: PricedApiFigures = { calls: 0, failures: 0, revenue: 0n, p50: null }

export function toPricedApiView(row: PricedApiRow, figures: PricedApiFigures = NOTHING): PricedApiView {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    upstreamUrl: row.upstreamUrl,
    priceMicroUsdc: row.price.toString(),
    timeoutSeconds: row.timeoutSeconds,
    isActive: row.isActive,
    secretHeaderName: row.secretHeaderName,
    createdAt: row.createdAt.toISOString(),
    calls: figures.calls,
    failures: figures.failures,
    revenueMicroUsdc: figures.revenue.toString(),
    p50Milliseconds: figures.p50,
  }
}

export function toRevenueDayView({ day, revenue, calls, failures }: RevenueDay): RevenueDayView {
  return { day, revenueMicroUsdc: revenue.toString(), calls, failures }
}
