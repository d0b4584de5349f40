import { z } from '@hono/zod-openapi'
import {
  depositAuthorizationInput,
  depositAuthorizationView,
  walletEventView,
  walletView,
} from '@/domain/wallet'
import { type AgentCaller, assertLinked } from '@/server/agents'
import { type Person, requireMembership } from '@/server/auth'
import {
  authorizeDeposit,
  exportWalletEventsCsv,
  getWallet,
  listDepositAuthorizations,
  listWalletEvents,
} from '@/server/wallets'
import { getWorkspace } from '@/server/workspaces'
import { answerJson, answerPage, nextLink } from './answer'
import { defineRoute, type RestApp } from './define-route'
import { answerHeaders } from './documented-headers'
import { cursorQuery, kindsQuery, limitQuery, workspaceIdQuery } from './query'

const tag = 'Wallet'
const errors = ['not_found', 'INVALID_INPUT', 'agent_not_linked', 'agent_not_found'] as const

export function addWalletRoutes(app: RestApp): void {
  addSnapshot(app)
  addEvents(app)
  addCsv(app)
  addDepositAuthorization(app)
  addDepositAuthorizations(app)
}

function addSnapshot(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/wallet',
    tag,
    summary: 'What the wallet and its pool hold',
    auth: 'person-or-agent',
    query: z.strictObject({ workspaceId: workspaceIdQuery }),
    answers: { 200: { description: 'The snapshot', schema: walletView } },
    errors,
    handle: async (call) => answerJson(await getWallet(await viewed(call))),
  })
}

function addEvents(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/wallet/events',
    tag,
    summary: 'The ledger of final events, newest first',
    description:
      'A bare array; the next page is in the Link header. An event appears six blocks deep and stays.',
    auth: 'person-or-agent',
    query: z.strictObject({
      workspaceId: workspaceIdQuery,
      limit: limitQuery,
      cursor: cursorQuery,
      kind: kindsQuery,
    }),
    answers: {
      200: { description: 'A page', schema: z.array(walletEventView), headers: answerHeaders('Link') },
    },
    errors: [...errors, 'invalid_cursor'],
    handle: async (call) => {
      const { limit, cursor, kind: kinds } = call.query
      const { workspaceId } = await viewed(call)
      const { events, nextCursor } = await listWalletEvents({ workspaceId, limit, cursor, kinds })
      return answerJson(events, { headers: nextLink(call.request, nextCursor) })
    },
  })
}

function addCsv(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/wallet/events.csv',
    tag,
    summary: 'All final events as CSV, newest first',
    auth: 'person-or-agent',
    query: z.strictObject({ workspaceId: workspaceIdQuery, kind: kindsQuery }),
    answers: { 200: { description: 'The file', schema: z.string(), contentType: 'text/csv' } },
    errors,
    handle: async (call) => {
      const { workspaceId, slug } = await viewed(call)
      const csv = await exportWalletEventsCsv({ workspaceId, kinds: call.query.kind })
      const headers = {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${slug}-events.csv"`,
      }
      return new Response(csv, { headers })
    },
  })
}

function addDepositAuthorization(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/wallet/deposit-authorization',
    tag,
    summary: 'Deposit into the pool without gas',
    description:
      'Takes the EIP-3009 receiveWithAuthorization that the workspace wallet signed in favour of the settlement; the worker sends it and pays the gas. At least 1 USDC. An agent may bring it too: the signature of the wallet is what allows it.',
    auth: 'person-or-agent',
    sameOrigin: true,
    body: depositAuthorizationInput,
    answers: {
      202: { description: 'Stored; it is relayed within seconds', schema: depositAuthorizationView },
    },
    errors: [
      ...errors,
      'not_authorized',
      'authorization_invalid',
      'authorization_used',
      'insufficient_funds',
      'settlement_paused',
      'rate_limited',
    ],
    idempotency: 'The authorization is the key: the same one again answers what became of it.',
    handle: async (call) =>
      answerJson(await authorizeDeposit({ ...(await depositor(call)), input: call.body }), { status: 202 }),
  })
}

function addDepositAuthorizations(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/wallet/deposit-authorizations',
    tag,
    summary: 'The deposits without gas, newest first',
    auth: 'person-or-agent',
    query: z.strictObject({ workspaceId: workspaceIdQuery, limit: limitQuery, cursor: cursorQuery }),
    answers: {
      200: {
        description: 'A page',
        schema: z.strictObject({
          data: z.array(depositAuthorizationView),
          hasMore: z.boolean(),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    errors: [...errors, 'invalid_cursor'],
    handle: async (call) => {
      const { limit, cursor } = call.query
      const { workspaceId } = await viewed(call)
      const { deposits, nextCursor } = await listDepositAuthorizations({ workspaceId, limit, cursor })
      return answerPage(deposits, nextCursor)
    },
  })
}

type Depositing = {
  person: Person
  optionalAgent: AgentCaller | null
  body: { workspaceId?: string | undefined }
}

/** Whose wallet has signed, and who brings it. */
async function depositor(call: Depositing): Promise<{ workspaceId: string; actor: string }> {
  const { workspaceId } = call.body
  if (call.optionalAgent) {
    const own = assertLinked(call.optionalAgent, { workspaceId })
    return { workspaceId: own.workspaceId, actor: own.agentId }
  }
  const { address } = call.person
  const membership = await requireMembership({ address, workspaceId, permission: 'approve' })
  return { workspaceId: membership.workspaceId, actor: address }
}

type Viewing = {
  person: Person
  optionalAgent: AgentCaller | null
  query: { workspaceId?: string | undefined }
}

/** The workspace whose wallet is asked for: a person's by membership, an agent's own. */
async function viewed(call: Viewing): Promise<{ workspaceId: string; slug: string }> {
  const { workspaceId } = call.query
  if (!call.optionalAgent) {
    return requireMembership({ address: call.person.address, workspaceId, permission: 'view' })
  }
  const own = assertLinked(call.optionalAgent, { workspaceId }).workspaceId
  return { workspaceId: own, slug: (await getWorkspace({ workspaceId: own })).slug }
}
