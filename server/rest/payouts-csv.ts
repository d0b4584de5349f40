import { z } from '@hono/zod-openapi'
import { payoutFilterSchema } from '@/domain/payout-console'
import { requireMembership } from '@/server/auth'
import { exportPayoutsCsv } from '@/server/payouts'
import { defineRoute, type RestApp } from './define-route'
import { workspaceIdQuery } from './query'

export function addPayoutsCsvRoute(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/payouts.csv',
    tag: 'Payouts',
    summary: 'Payouts of a workspace as CSV, newest first',
    auth: 'person',
    query: payoutFilterSchema.extend({ workspaceId: workspaceIdQuery }),
    answers: { 200: { description: 'The file', schema: z.string(), contentType: 'text/csv' } },
    errors: ['not_found', 'INVALID_INPUT'],
    handle: async ({ person, query: { workspaceId: asked, ...filter } }) => {
      const { workspaceId } = await requireMembership({
        address: person.address,
        workspaceId: asked,
        permission: 'view',
      })
      const headers = {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="payouts.csv"',
      }
      return new Response(exportPayoutsCsv({ workspaceId, filter }), { headers })
    },
  })
}
