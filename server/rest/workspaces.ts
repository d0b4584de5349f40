import { z } from '@hono/zod-openapi'
import { createWorkspaceInput, membershipView, workspaceView } from '@/domain/workspace'
import { workspaceIdSchema } from '@/domain/workspace-id'
import { requireMembership } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { createWorkspace, getWorkspace, listWorkspaces } from '@/server/workspaces'
import { answerJson, answerPage } from './answer'
import { defineRoute, type RestApp } from './define-route'
import { answerHeaders } from './documented-headers'
import { cursorQuery, limitQuery } from './query'

const tag = 'Workspaces'

export function addWorkspaceRoutes(app: RestApp): void {
  addList(app)
  addCreate(app)
  addGet(app)
}

function addList(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/workspaces',
    tag,
    summary: 'The workspaces of the signed-in person, oldest first',
    auth: 'person',
    query: z.strictObject({ limit: limitQuery, cursor: cursorQuery }),
    answers: {
      200: {
        description: 'A page',
        schema: z.strictObject({
          data: z.array(membershipView),
          hasMore: z.boolean(),
          nextCursor: z.uuid().nullable(),
        }),
      },
    },
    errors: ['invalid_cursor'],
    handle: async ({ person, query }) => {
      const { workspaces, nextCursor } = await listWorkspaces({ address: person.address, ...query })
      return answerPage(workspaces, nextCursor)
    },
  })
}

function addCreate(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/workspaces',
    tag,
    summary: 'Open a workspace',
    description: 'The signed-in wallet becomes its OWNER and its walletAddress; a wallet has one workspace.',
    auth: 'person',
    sameOrigin: true,
    body: createWorkspaceInput,
    answers: {
      201: { description: 'The workspace', schema: workspaceView, headers: answerHeaders('Location') },
    },
    errors: ['CONFLICT', 'signup_closed'],
    idempotency: 'The slug and the wallet are natural keys: a repeat answers 409 CONFLICT with `field`.',
    handle: async ({ actor, body }) => {
      const workspace = await createWorkspace({ actor, input: body })
      return answerJson(workspace, {
        status: 201,
        headers: { location: `/api/v1/workspaces/${workspace.id}` },
      })
    },
  })
}

function addGet(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/workspaces/{id}',
    tag,
    summary: 'One workspace',
    auth: 'person',
    // Its form is not checked here: what is no id is the id of no workspace.
    params: z.object({ id: z.string() }),
    answers: { 200: { description: 'The workspace', schema: workspaceView } },
    errors: ['not_found'],
    handle: async ({ person, params }) => {
      const id = workspaceIdSchema.safeParse(params.id)
      if (!id.success) throw new AppError('not_found', 'There is no such workspace.')
      const asked = { address: person.address, workspaceId: id.data, permission: 'view' } as const
      return answerJson(await getWorkspace(await requireMembership(asked)))
    },
  })
}
