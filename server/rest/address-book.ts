import { z } from '@hono/zod-openapi'
import { exportEntriesCsv } from '@/server/address-book'
import { requireMembership } from '@/server/auth'
import { defineRoute, type RestApp } from './define-route'
import { workspaceIdQuery } from './query'

export function addAddressBookRoutes(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/address-book.csv',
    tag: 'Address book',
    summary: 'The address book as CSV, by name',
    auth: 'person',
    query: z.strictObject({ workspaceId: workspaceIdQuery }),
    answers: { 200: { description: 'The file', schema: z.string(), contentType: 'text/csv' } },
    errors: ['not_found', 'INVALID_INPUT'],
    handle: async ({ person, query }) => {
      const { workspaceId, slug } = await requireMembership({
        address: person.address,
        workspaceId: query.workspaceId,
        permission: 'view',
      })
      const headers = {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${slug}-address-book.csv"`,
      }
      return new Response(await exportEntriesCsv({ workspaceId }), { headers })
    },
  })
}
