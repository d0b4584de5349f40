import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { readinessView } from '@/domain/instance'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { renderMetrics } from '@/server/http/observe-request'
import { getReadiness } from '@/server/instance'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'

const tag = 'Operations'

export function addOperationRoutes(app: RestApp): void {
  addHealth(app)
  addReady(app)
  addMetrics(app)
}

function addHealth(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/health',
    tag,
    summary: 'This process answers',
    auth: 'none',
    answers: { 200: { description: 'It does', schema: z.strictObject({ status: z.literal('ok') }) } },
    handle: () => answerJson({ status: 'ok' }),
  })
}

function addReady(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/ready',
    tag,
    summary: 'Database, chain, watcher and worker are there',
    auth: 'none',
    answers: {
      200: { description: 'Ready', schema: readinessView },
      503: { description: 'Not ready; the checks say what is missing', schema: readinessView },
    },
    handle: async () => {
      const readiness = await getReadiness()
      return answerJson(readiness, { status: readiness.ready ? 200 : 503 })
    },
  })
}

function addMetrics(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/metrics',
    tag,
    summary: 'Prometheus metrics of this process',
    description:
      'Behind `Authorization: Bearer METRICS_TOKEN`; without a configured token the page does not exist.',
    auth: 'none',
    answers: { 200: { description: 'Metrics', schema: z.string(), contentType: 'text/plain' } },
    errors: ['unauthenticated', 'not_found'],
    handle: async ({ request }) => {
      const token = env().METRICS_TOKEN
      if (!token) throw new AppError('not_found', 'There is no such page.')
      if (!isSame(request.headers.get('authorization') ?? '', `Bearer ${token}`)) {
        throw new AppError('unauthenticated', 'Send the metrics token as a bearer.')
      }
      const { contentType, text } = await renderMetrics()
      return new Response(text, { headers: { 'content-type': contentType } })
    },
  })
}

// Hashed first, so that both sides have one length and the time tells nothing of the token.
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
