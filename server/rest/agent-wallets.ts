import { z } from '@hono/zod-openapi'
import { checksummed } from '@/domain/address'
import { addressSchema } from '@/domain/address-schema'
import {
  linkedWalletView,
  walletLinkInput,
  walletNonceInput,
  walletNonceView,
  walletRegisteredView,
  walletRegisterInput,
} from '@/domain/agent-api'
import {
  assertLinked,
  getSelf,
  issueWalletNonce,
  linkWallet,
  registerWallet,
  unlinkOwnWallet,
} from '@/server/agents'
import { AppError } from '@/server/core/app-error'
import { answerJson, answerPage } from './answer'
import { defineRoute, type RestApp } from './define-route'
import { cursorQuery, limitQuery } from './query'

const tag = 'Agents'
const MESSAGE_ERRORS = ['siwe_nonce', 'siwe_domain', 'siwe_chain', 'siwe_expired', 'siwe_signature'] as const

export function addAgentWalletRoutes(app: RestApp): void {
  addNonce(app)
  addRegister(app)
  addLink(app)
  addList(app)
  addUnlink(app)
}

function addNonce(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/agents/wallet-nonce',
    tag,
    summary: 'An EIP-4361 message for a wallet to sign',
    description:
      'Serves once, for five minutes. With purpose "link" it names the agent of the bearer and works for no other.',
    auth: 'optional-agent',
    body: walletNonceInput,
    answers: { 200: { description: 'The message', schema: walletNonceView } },
    errors: ['agent_not_linked', 'agent_not_found'],
    idempotency: 'Each call answers a new message; unused ones expire.',
    handle: async ({ request, body: { address, purpose }, optionalAgent }) => {
      if (purpose === 'link' && !optionalAgent) {
        throw new AppError('unauthenticated', 'A message to link a wallet needs the bearer of the agent.')
      }
      const agent = purpose === 'link' ? optionalAgent : null
      const origin = request.headers.get('origin')
      const { message, nonce, expiresAt } = await issueWalletNonce({ address, purpose, agent, origin })
      return answerJson({ siwe_message: message, nonce, expires_at: expiresAt.toISOString() })
    },
  })
}

function addRegister(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/agents/wallet-register',
    tag,
    summary: 'Register an agent by its wallet, or recover it',
    description:
      'Ordinary accounts and smart wallets (ERC-1271, ERC-6492). Links the wallet and makes its workspace if it has none. By a wallet that registered an agent before: 200, the same agent with a new bearer; the old one dies after 60 seconds.',
    auth: 'none',
    body: walletRegisterInput,
    answers: {
      201: { description: 'Registered; the bearer is answered once', schema: walletRegisteredView },
      200: { description: 'Recovered; the bearer is answered once', schema: walletRegisteredView },
    },
    errors: [...MESSAGE_ERRORS, 'WALLET_LINKED_ELSEWHERE', 'signup_closed', 'CONFLICT'],
    idempotency: 'A message serves once; a repeat answers siwe_nonce.',
    handle: async ({ body: { agent_name: name, ...signed }, requestId }) => {
      const { agentId, token, address, workspaceId, isRecovered } = await registerWallet({
        ...signed,
        name,
        requestId,
      })
      const wallet_address = checksummed(address)
      return answerJson(
        { agent_id: agentId, bearer: token, wallet_address, workspace_id: workspaceId },
        { status: isRecovered ? 200 : 201 },
      )
    },
  })
}

function addLink(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/agents/wallet-link',
    tag,
    summary: 'Link a wallet by its signature',
    description:
      'USDC from a linked wallet is credited to the agent. A wallet is linked within one workspace only.',
    auth: 'agent',
    body: walletLinkInput,
    answers: { 200: { description: 'Linked', schema: linkedWalletView } },
    errors: [...MESSAGE_ERRORS, 'WALLET_LINKED_ELSEWHERE', 'agent_not_linked', 'agent_not_found'],
    idempotency: 'A message serves once; a linked wallet that signs another answers its first link.',
    handle: async ({ body, agent, requestId }) => {
      const { address, linkedAt } = await linkWallet({ ...body, agent, requestId })
      return answerJson({ address: checksummed(address), linked_at: linkedAt.toISOString() })
    },
  })
}

function addList(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/agents/wallets',
    tag,
    summary: 'The linked wallets, oldest first',
    auth: 'agent',
    query: z.strictObject({
      limit: limitQuery,
      cursor: cursorQuery.openapi({ description: 'The last address of the page before.' }),
    }),
    answers: {
      200: {
        description: 'A page',
        schema: z.strictObject({
          data: z.array(linkedWalletView),
          hasMore: z.boolean(),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    errors: ['agent_not_found', 'invalid_cursor'],
    handle: async ({ agent, query: { limit, cursor } }) => {
      const { wallets } = await getSelf(agent)
      const known = wallets.findIndex(({ address }) => address.toLowerCase() === cursor?.toLowerCase())
      if (cursor !== undefined && known < 0)
        throw new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
      const page = wallets.slice(known + 1, known + 1 + limit)
      const isMore = wallets.length > known + 1 + limit
      return answerPage(page, isMore ? (page.at(-1)?.address ?? null) : null)
    },
  })
}

function addUnlink(app: RestApp): void {
  defineRoute(app, {
    method: 'delete',
    path: '/api/v1/agents/wallets/{address}',
    tag,
    summary: 'Unlink a wallet',
    description: 'What it sends from now on is credited to nobody by itself.',
    auth: 'agent',
    params: z.strictObject({ address: addressSchema }),
    answers: { 204: { description: 'Unlinked' } },
    errors: ['not_found', 'agent_not_linked', 'agent_not_found'],
    handle: async ({ agent, params: { address }, requestId }) => {
      await unlinkOwnWallet({ agent: assertLinked(agent), address, requestId })
      return new Response(null, { status: 204 })
    },
  })
}
