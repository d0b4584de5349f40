import { Counter, collectDefaultMetrics, Histogram, register } from 'prom-client'
import type { AppError } from '@/server/core/app-error'
import { describeDatabaseError } from '@/server/core/describe-database-error'
import { log } from '@/server/core/log'

// Next bundles this module a second time in the same process, while prom-client's registry is one: what is registered is found again.
const LABELS = ['transport', 'method', 'route', 'status'] as const
const requests = () =>
  (register.getSingleMetric('bursar_http_requests_total') as Counter<(typeof LABELS)[number]> | undefined) ??
  new Counter({ name: 'bursar_http_requests_total', help: 'Answered HTTP requests', labelNames: LABELS })
const seconds = () =>
  (register.getSingleMetric('bursar_http_request_seconds') as
    | Histogram<(typeof LABELS)[number]>
    | undefined) ??
  new Histogram({
    name: 'bursar_http_request_seconds',
    help: 'Time from the request to its answer',
    labelNames: LABELS,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })

type Observed = {
  transport: 'rest' | 'trpc'
  method: string
  /** The pattern, never the address itself: it is a label. */
  route: string
  status: number
  requestId: string
  startedAt: number
}

/** One log line and one count for each answered request. */
export function observeRequest({ requestId, startedAt, ...labels }: Observed): void {
  const took = (performance.now() - startedAt) / 1000
  const labelled = { ...labels, status: String(labels.status) }
  requests().inc(labelled)
  seconds().observe(labelled, took)
  log.info({ requestId, ...labels, milliseconds: Math.round(took * 1000) }, 'answered')
}

/** Errors that are ours to fix, with their cause; what a caller did wrong is in the line above already. */
export function logFailure(error: AppError, requestId: string): void {
  if (error.status < 500) return
  const { cause } = error
  // Where it came from, and none of its words: a message of several lines says what was sent, and to which URL.
  const lines =
    cause instanceof Error ? cause.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined
  const stack = lines?.slice(0, 7).join('\n')
  log.error({ requestId, code: error.code, cause: describeDatabaseError(cause), stack }, 'failed')
}

/** The Prometheus text of this process. */
export async function renderMetrics(): Promise<{ contentType: string; text: string }> {
  if (!register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics()
  return { contentType: register.contentType, text: await register.metrics() }
}
