import { z } from '@hono/zod-openapi'
import { MANDATE_STATUSES } from '@/domain/mandate'
import { payoutFilterSchema } from '@/domain/payout-console'
import { deliveriesFilter } from '@/domain/webhook'
import { type Person, requireMembership } from '@/server/auth'
import { exportMandatesCsv } from '@/server/mandates'
import { exportPayoutsCsv } from '@/server/payouts'
import { exportDeliveriesCsv } from '@/server/webhooks'
import { defineRoute, type RestApp } from './define-route'
import { workspaceIdQuery } from './query'

const CSV = {
  method: 'get',
  auth: 'person',
  answers: { 200: { description: 'The file', schema: z.string(), contentType: 'text/csv' } },
  errors: ['not_found', 'INVALID_INPUT'],
} as const
const workspaceId = workspaceIdQuery

/** The lists of the console as files, narrowed as their pages are. */
export function addConsoleCsvRoutes(app: RestApp): void {
  defineRoute(app, {
    ...CSV,
    path: '/api/v1/payouts.csv',
    tag: 'Payouts',
    summary: 'Payouts of a workspace as CSV, newest first',
    query: payoutFilterSchema.extend({ workspaceId }),
    handle: async ({ person, query: { workspaceId: asked, ...filter } }) =>
      fileOf('payouts', exportPayoutsCsv({ workspaceId: await viewedBy(person, asked), filter })),
  })
  defineRoute(app, {
    ...CSV,
    path: '/api/v1/mandates.csv',
    tag: 'Mandates',
    summary: 'Mandates of a workspace as CSV, newest first',
    query: z.strictObject({ workspaceId, status: z.enum(MANDATE_STATUSES).optional() }),
    handle: async ({ person, query: { workspaceId: asked, status = null } }) =>
      fileOf('mandates', exportMandatesCsv({ workspaceId: await viewedBy(person, asked), status })),
  })
  defineRoute(app, {
    ...CSV,
    path: '/api/v1/webhook-deliveries.csv',
    tag: 'Webhooks',
    summary: 'Webhook deliveries of a workspace as CSV, newest first',
    query: deliveriesFilter.extend({ workspaceId }),
    handle: async ({ person, query: { workspaceId: asked, ...filter } }) =>
      fileOf(
        'webhook-deliveries',
        exportDeliveriesCsv({ workspaceId: await viewedBy(person, asked), filter }),
      ),
  })
}

async function viewedBy({ address }: Person, asked: string | undefined): Promise<string> {
  return (await requireMembership({ address, workspaceId: asked, permission: 'view' })).workspaceId
}

function fileOf(name: string, rows: ReadableStream<Uint8Array>): Response {
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
  }
  return new Response(rows, { headers })
}
