import { z } from 'zod'
import { checksummed } from '@/domain/address'
import { agentMeView } from '@/domain/agent-api'
import { meView, nonceView, signedInView, verifyInput } from '@/domain/people'
import { getAgentMe } from '@/server/agents'
import { clearSessionCookies, isInstanceAdmin, issueNonce, signOut, verifySignIn } from '@/server/auth'
import { AppError } from '@/server/core/app-error'
import { listWorkspaces } from '@/server/workspaces'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'

const tag = 'Sign-in'

export function addAuthRoutes(app: RestApp): void {
  addNonce(app)
  addVerify(app)
  addLogout(app)
  addMe(app)
}

function addNonce(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/auth/nonce',
    tag,
    summary: 'A nonce for a sign-in message',
    description: 'Serves once, for five minutes; bound to nothing.',
    auth: 'none',
    sameOrigin: true,
    body: z.strictObject({}),
    answers: { 200: { description: 'The nonce', schema: nonceView } },
    idempotency: 'Each call answers a new nonce; unused ones expire.',
    handle: async () => {
      const { nonce, expiresAt } = await issueNonce()
      return answerJson({ nonce, expiresAt: expiresAt.toISOString() })
    },
  })
}

function addVerify(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/auth/verify',
    tag,
    summary: 'Sign in with a signed EIP-4361 message',
    description:
      'Ordinary accounts and smart wallets (ERC-1271, ERC-6492). Sets a session cookie for 12 hours.',
    auth: 'none',
    sameOrigin: true,
    body: verifyInput,
    answers: { 200: { description: 'Signed in', schema: signedInView } },
    errors: ['siwe_nonce', 'siwe_domain', 'siwe_chain', 'siwe_expired', 'siwe_signature', 'signup_closed'],
    idempotency: 'A message signs in once; a repeat answers siwe_nonce.',
    handle: async ({ request, body, origin }) => {
      if (origin === null) throw new AppError('csrf_failed')
      const userAgent = request.headers.get('user-agent')
      const { address, setCookie } = await verifySignIn({ ...body, origin, userAgent })
      // The browser's former session would live on unseen once its cookie is replaced.
      await signOut(request)
      const { workspaces } = await listWorkspaces({ address })
      return answerJson(
        { address: checksummed(address), workspaces },
        { headers: { 'set-cookie': setCookie } },
      )
    },
  })
}

function addLogout(app: RestApp): void {
  defineRoute(app, {
    method: 'post',
    path: '/api/auth/logout',
    tag,
    summary: 'Sign out',
    auth: 'none',
    sameOrigin: true,
    body: z.strictObject({}),
    answers: { 204: { description: 'Signed out, or was not signed in' } },
    idempotency: 'Safe to repeat: the answer is the same.',
    handle: async ({ request }) => {
      await signOut(request)
      const headers = new Headers()
      for (const cookie of clearSessionCookies()) headers.append('set-cookie', cookie)
      return new Response(null, { status: 204, headers })
    },
  })
}

function addMe(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/me',
    tag,
    summary: 'Who this credential is and which workspaces it sees',
    auth: 'person-or-agent',
    answers: {
      200: {
        description: 'The signed-in person, or the agent of the bearer',
        schema: z.union([meView, agentMeView]),
      },
    },
    errors: ['agent_not_found'],
    handle: async (call) => {
      if (call.optionalAgent) return answerJson(await getAgentMe(call.optionalAgent))
      const { person } = call
      const { workspaces } = await listWorkspaces({ address: person.address })
      return answerJson({
        address: checksummed(person.address),
        isInstanceAdmin: isInstanceAdmin(person.address),
        sessionExpiresAt: person.expiresAt.toISOString(),
        workspaces,
      })
    },
  })
}
