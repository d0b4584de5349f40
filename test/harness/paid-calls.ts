// Calls of priced APIs through the public door: one earner, an upstream of its own for a file, and a fresh agent for each test.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, expect } from 'vitest'
import type { PricedApiView } from '@/domain/priced-api'
import { balanceOf, creditAgent } from './balance'
import { createTestAgent, type TestAgent } from './factories'
import { newPerson, newWorkspace, rest, trpc } from './people'
import { startUpstream } from './upstream'

export const PRICE = 1_500n

type Call = { body?: unknown; headers?: Record<string, string>; api?: string }

/** Registers an API at a running upstream, and the hooks of the test file. */
export async function openPaidCalls() {
  const owner = await newPerson()
  const { id: workspaceId } = await newWorkspace(owner)
  const upstream = await startUpstream()

  async function registerApi(over: Record<string, unknown> = {}): Promise<PricedApiView> {
    const input = {
      workspaceId,
      slug: `api-${randomUUID().slice(0, 8)}`,
      name: 'An API',
      upstreamUrl: upstream.origin,
      priceMicroUsdc: PRICE.toString(),
      timeoutSeconds: 5,
      secretHeader: null,
      ...over,
    }
    const { data, message } = await trpc('mutation', 'pricedApis.create', { cookie: owner.cookie, input })
    expect(message).toBeNull()
    return data as PricedApiView
  }

  const { slug } = await registerApi()
  let agent: TestAgent = await createTestAgent({ workspaceId })
  beforeEach(async () => {
    agent = await createTestAgent({ workspaceId })
    upstream.calls.length = 0
  })
  afterAll(() => upstream.stop())

  return {
    owner,
    workspaceId,
    upstream,
    slug,
    registerApi,
    /** Of the running test. */
    agentId: () => agent.agentId,
    fund: (amount = 1_000_000n) => creditAgent(agent.agentId, amount),
    balance: () => balanceOf(agent.agentId),
    call: (method: string, path: string, { body, headers, api = slug }: Call = {}) =>
      rest(method, `/api/v1/paid/${api}${path}`, {
        origin: null,
        body,
        headers: { ...agent.headers, ...headers },
      }),
  }
}
