import { describe, expect, test } from 'vitest'
import { agentSelfView, linkedWalletView, walletNonceView, walletRegisteredView } from '@/domain/agent-api'
import { pool } from '@/server/core/db'
import { askMessage, registerByWallet, sendLink, sendRegistration } from '@/test/harness/agent-wallets'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import {
  expectProblem,
  getNonce,
  messageFor,
  newAccount,
  newPerson,
  newWorkspace,
  rest,
} from '@/test/harness/people'
import { until } from '@/test/harness/until'

async function counts(address: string) {
  const { rows } = await pool().query(
    `select (select count(*)::int from agents where wallet_address = $1) as agents,
            (select count(*)::int from agent_wallets where address = $1) as links,
            (select count(*)::int from linked_wallets where address = $1) as wallets,
            (select count(*)::int from workspaces where wallet_address = $1) as workspaces`,
    [address.toLowerCase()],
  )
  return rows[0]
}
const NOTHING = { agents: 0, links: 0, wallets: 0, workspaces: 0 }
const ONE_OF_EACH = { agents: 1, links: 1, wallets: 1, workspaces: 1 }

const selfOf = async (headers: { authorization: string }) =>
  agentSelfView.parse(await (await rest('GET', '/api/v1/agents/me', { headers })).json())

const newAgent = async () => createTestAgent({ workspaceId: (await createTestWorkspace()).id })

describe('a message for a wallet', () => {
  test('is EIP-4361 for this site, five minutes long, and says what it allows', async () => {
    const { address } = newAccount()
    const response = await rest('POST', '/api/v1/agents/wallet-nonce', { body: { address } })
    const { siwe_message, nonce, expires_at } = walletNonceView.parse(await response.json())
    expect(siwe_message).toContain('localhost:3000 wants you to sign in with your Ethereum account:')
    expect(siwe_message).toContain(address)
    expect(siwe_message).toContain(`Nonce: ${nonce}`)
    expect(siwe_message).toContain('USDC from this wallet can be credited to it.')
    expect(new Date(expires_at).getTime() - Date.now()).toBeGreaterThan(290_000)
  })

  test('is for the site that asks when it is one of ours, else for the first', async () => {
    const { address } = newAccount()
    const ask = async (origin: string) =>
      (await rest('POST', '/api/v1/agents/wallet-nonce', { body: { address }, origin })).json()
    const own = walletNonceView.parse(await ask('http://127.0.0.1:3000'))
    const foreign = walletNonceView.parse(await ask('https://evil.example'))
    expect(own.siwe_message).toMatch(/^127\.0\.0\.1:3000 wants/)
    expect(foreign.siwe_message).toMatch(/^localhost:3000 wants/)
  })

  test('to link names the agent that asked, and needs its bearer', async () => {
    const { address } = newAccount()
    const { agentId, headers } = await newAgent()
    const message = await askMessage(address, { purpose: 'link', headers })
    expect(message).toContain(agentId)
    const nobody = await rest('POST', '/api/v1/agents/wallet-nonce', { body: { address, purpose: 'link' } })
    await expectProblem(nobody, 401, 'unauthenticated')
  })

  test.each([
    ['no address', {}],
    ['half an address', { address: '0x12' }],
    ['a wrong checksum', { address: '0x833589fcd6eDb6E08f4c7C32D4f71b54bdA02913' }],
    ['another purpose', { address: newAccount().address, purpose: 'pay' }],
    ['an unknown field', { address: newAccount().address, agent: 'x' }],
  ])('%s is 400', async (_, body) => {
    await expectProblem(await rest('POST', '/api/v1/agents/wallet-nonce', { body }), 400, 'invalid_request')
  })
})

describe('registering by wallet', () => {
  test('makes agent, link and workspace, whose OWNER is the wallet', async () => {
    const account = newAccount()
    const agent = await registerByWallet(account)
    expect(agent.wallet_address).toBe(account.address)
    expect(await counts(account.address)).toEqual(ONE_OF_EACH)
    const self = await selfOf(agent.headers)
    expect(self.workspace_id).toBe(agent.workspace_id)
    expect(self.wallets.map(({ address }) => address)).toEqual([account.address])
    const { rows } = await pool().query(
      `select w.slug, m.role, m.address from workspaces w join workspace_members m on m.workspace_id = w.id where w.id = $1`,
      [agent.workspace_id],
    )
    const address = account.address.toLowerCase()
    expect(rows).toEqual([{ slug: `w-${address.slice(2, 10)}`, role: 'OWNER', address }])
  })

  test('uses the workspace whose wallet it is, and takes the name that is sent', async () => {
    const person = await newPerson()
    const { id } = await newWorkspace(person)
    const message = await askMessage(person.account.address)
    const signature = await person.account.signMessage({ message })
    const response = await sendRegistration(message, signature, { agent_name: 'Buyer' })
    const agent = walletRegisteredView.parse(await response.json())
    expect(agent.workspace_id).toBe(id)
    expect((await selfOf({ authorization: `Bearer ${agent.bearer}` })).name).toBe('Buyer')
  })

  test('finds another slug when somebody has the first', async () => {
    const account = newAccount()
    const taken = `w-${account.address.toLowerCase().slice(2, 10)}`
    await pool().query(
      `insert into workspaces (slug, name, wallet_address, roles, created_by) values ($1, 'Taken', $2, '{CONSUMER}', $2)`,
      [taken, newAccount().address.toLowerCase()],
    )
    const { workspace_id } = await registerByWallet(account)
    const { rows } = await pool().query('select slug from workspaces where id = $1', [workspace_id])
    expect(rows).toEqual([{ slug: `w-${account.address.toLowerCase().slice(2, 18)}` }])
  })

  test('again recovers: the same agent, a new bearer, and the old one dies within 60 seconds', async () => {
    const account = newAccount()
    const first = await registerByWallet(account)
    const second = await registerByWallet(account, 200)
    expect(second.agent_id).toBe(first.agent_id)
    expect(second.bearer).not.toBe(first.bearer)
    expect(await counts(account.address)).toEqual(ONE_OF_EACH)
    expect((await selfOf(first.headers)).agent_id).toBe(first.agent_id)
    const { rows } = await pool().query<{ seconds: number | null }>(
      'select extract(epoch from expires_at - now())::float8 as seconds from agent_tokens where agent_id = $1 order by created_at',
      [first.agent_id],
    )
    expect(rows[0]?.seconds).toBeGreaterThan(50)
    expect(rows[0]?.seconds).toBeLessThanOrEqual(60)
    expect(rows[1]?.seconds).toBeNull()
    await pool().query(
      `update agent_tokens set expires_at = now() - interval '1 second' where agent_id = $1 and expires_at is not null`,
      [first.agent_id],
    )
    await until('the old bearer is dead', async () => {
      return (await rest('GET', '/api/v1/agents/me', { headers: first.headers })).status === 401
    })
    expect((await selfOf(second.headers)).agent_id).toBe(first.agent_id)
  })

  test('after its agent was revoked makes a new one: what a person ended stays ended', async () => {
    const account = newAccount()
    const first = await registerByWallet(account)
    await pool().query('update agents set revoked_at = now() where id = $1', [first.agent_id])
    expect((await registerByWallet(account)).agent_id).not.toBe(first.agent_id)
  })

  test('is 409 while the wallet is linked in another workspace, and changes nothing', async () => {
    const account = newAccount()
    const { id: workspaceId } = await createTestWorkspace()
    await createTestAgent({ workspaceId, wallets: [account.address] })
    const message = await askMessage(account.address)
    const refused = await sendRegistration(message, await account.signMessage({ message }))
    await expectProblem(refused, 409, 'WALLET_LINKED_ELSEWHERE')
    expect(await counts(account.address)).toEqual({ agents: 0, links: 1, wallets: 1, workspaces: 0 })
  })

  test('1,000 times at once with one message registers one agent', async () => {
    const account = newAccount()
    const message = await askMessage(account.address)
    const signature = await account.signMessage({ message })
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => sendRegistration(message, signature)),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 401)).toHaveLength(999)
    expect(await counts(account.address)).toEqual(ONE_OF_EACH)
  }, 120_000)

  test('with twenty messages at once registers one agent, and recovers it nineteen times', async () => {
    const account = newAccount()
    const signed = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const message = await askMessage(account.address)
        return { message, signature: await account.signMessage({ message }) }
      }),
    )
    const answers = await Promise.all(signed.map((each) => sendRegistration(each.message, each.signature)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 200), 201])
    expect(await counts(account.address)).toEqual(ONE_OF_EACH)
  }, 60_000)
})

describe('a signed message that is refused registers nothing', () => {
  const account = newAccount()
  const sign = (message: string) => account.signMessage({ message })

  test.each<[string, (message: string) => string, string, number]>([
    [
      'another domain',
      (text) => text.replace('localhost:3000 wants', 'evil.example wants'),
      'siwe_domain',
      401,
    ],
    [
      'another uri',
      (text) => text.replace('URI: http://localhost:3000', 'URI: https://evil.example'),
      'siwe_domain',
      401,
    ],
    ['another chain', (text) => text.replace('Chain ID: 31337', 'Chain ID: 8453'), 'siwe_chain', 401],
    ['another address', (text) => text.replace(/0x[0-9a-fA-F]{40}/, newAccount().address), 'siwe_nonce', 401],
    ['another statement', (text) => text.replace('Register an agent', 'Play a game'), 'siwe_nonce', 401],
    [
      'another time',
      (text) => text.replace(/Expiration Time: \d{4}/, 'Expiration Time: 2099'),
      'siwe_nonce',
      401,
    ],
    [
      'a nonce nobody issued',
      (text) => text.replace(/Nonce: \w+/, `Nonce: ${'a'.repeat(32)}`),
      'siwe_nonce',
      401,
    ],
    ['no message at all', () => 'hello', 'invalid_request', 400],
    ['text after its end', (text) => `${text}\nmore`, 'invalid_request', 400],
  ])('%s', async (_, change, code, status) => {
    const message = change(await askMessage(account.address))
    await expectProblem(await sendRegistration(message, await sign(message)), status, code as 'siwe_nonce')
    expect(await counts(account.address)).toEqual(NOTHING)
  })

  test('a message to sign in', async () => {
    const message = messageFor(account, await getNonce())
    await expectProblem(await sendRegistration(message, await sign(message)), 401, 'siwe_nonce')
  })

  test('a message past its five minutes', async () => {
    const message = await askMessage(account.address)
    await pool().query(
      `update agent_wallet_nonces set expires_at = now() - interval '1 second' where address = $1`,
      [account.address.toLowerCase()],
    )
    await expectProblem(await sendRegistration(message, await sign(message)), 401, 'siwe_expired')
    expect(await counts(account.address)).toEqual(NOTHING)
  })

  test('a message to link', async () => {
    const { headers } = await newAgent()
    const message = await askMessage(account.address, { purpose: 'link', headers })
    await expectProblem(await sendRegistration(message, await sign(message)), 401, 'siwe_nonce')
  })

  test('a signature that no key of the wallet made: 503 while the chain cannot say whether it is a smart wallet', async () => {
    const message = await askMessage(account.address)
    const refused = await sendRegistration(message, await newAccount().signMessage({ message }))
    await expectProblem(refused, 503, 'dependency_unavailable')
    expect((await sendRegistration(message, await sign(message))).status).toBe(201)
  })

  test('the same message a second time', async () => {
    const own = newAccount()
    const message = await askMessage(own.address)
    const signature = await own.signMessage({ message })
    expect((await sendRegistration(message, signature)).status).toBe(201)
    await expectProblem(await sendRegistration(message, signature), 401, 'siwe_nonce')
    expect(await counts(own.address)).toEqual(ONE_OF_EACH)
  })

  test.each([
    ['no signature', { message: 'x' }],
    ['a signature that is not hex', { message: 'x', signature: '0xzz' }],
    ['a long message', { message: 'x'.repeat(5000), signature: '0x00' }],
    ['an unknown field', { message: 'x', signature: '0x00', workspaceId: 'x' }],
  ])('%s is 400', async (_, body) => {
    await expectProblem(
      await rest('POST', '/api/v1/agents/wallet-register', { body }),
      400,
      'invalid_request',
    )
  })
})

describe('linking a wallet', () => {
  test('by its signature; the list names it, and again it answers the first link', async () => {
    const [agent, wallet] = [await newAgent(), newAccount()]
    const link = async () => {
      const message = await askMessage(wallet.address, { purpose: 'link', headers: agent.headers })
      const response = await sendLink(agent, message, await wallet.signMessage({ message }))
      expect(response.status).toBe(200)
      return linkedWalletView.parse(await response.json())
    }
    const first = await link()
    expect(first.address).toBe(wallet.address)
    expect(await link()).toEqual(first)
    const list = await rest('GET', '/api/v1/agents/wallets', { headers: agent.headers })
    expect(await list.json()).toEqual({ data: [first], hasMore: false, nextCursor: null })
  })

  test('several agents of one workspace may have one wallet', async () => {
    const [one, wallet] = [await newAgent(), newAccount()]
    const two = await createTestAgent({ workspaceId: one.workspaceId })
    for (const agent of [one, two]) {
      const message = await askMessage(wallet.address, { purpose: 'link', headers: agent.headers })
      expect((await sendLink(agent, message, await wallet.signMessage({ message }))).status).toBe(200)
    }
  })

  test("the message of another agent's, and one to register, do not link", async () => {
    const [one, two, wallet] = [await newAgent(), await newAgent(), newAccount()]
    const messages = [
      await askMessage(wallet.address, { purpose: 'link', headers: one.headers }),
      await askMessage(wallet.address),
    ]
    for (const message of messages) {
      await expectProblem(
        await sendLink(two, message, await wallet.signMessage({ message })),
        401,
        'siwe_nonce',
      )
    }
    expect(await counts(wallet.address)).toEqual(NOTHING)
  })

  test('in a second workspace is 409; of two at once one wins', async () => {
    const wallet = newAccount()
    const agents = [await newAgent(), await newAgent()]
    const signed = await Promise.all(
      agents.map(async (agent) => {
        const message = await askMessage(wallet.address, { purpose: 'link', headers: agent.headers })
        return { agent, message, signature: await wallet.signMessage({ message }) }
      }),
    )
    const answers = await Promise.all(
      signed.map(({ agent, message, signature }) => sendLink(agent, message, signature)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const lost = answers.find(({ status }) => status === 409)
    await expectProblem(lost as Response, 409, 'WALLET_LINKED_ELSEWHERE')
    expect(await counts(wallet.address)).toMatchObject({ links: 1, wallets: 1 })
  })

  test('an agent without a workspace is told where a person links it', async () => {
    const registered = await rest('POST', '/api/agents/register', { body: { agent_name: 'Loose' } })
    const { token } = (await registered.json()) as { token: string }
    const response = await rest('POST', '/api/v1/agents/wallet-nonce', {
      body: { address: newAccount().address, purpose: 'link' },
      headers: { authorization: `Bearer ${token}` },
    })
    const problem = await expectProblem(response, 403, 'agent_not_linked')
    expect(problem.authorizationUrl).toContain('/agents/link/agt_')
  })

  test('an agent that was revoked a moment ago links nothing', async () => {
    const [agent, wallet] = [await newAgent(), newAccount()]
    const message = await askMessage(wallet.address, { purpose: 'link', headers: agent.headers })
    await pool().query('update agents set revoked_at = now() where id = $1', [agent.agentId])
    await expectProblem(
      await sendLink(agent, message, await wallet.signMessage({ message })),
      401,
      'unauthenticated',
    )
    expect(await counts(wallet.address)).toEqual(NOTHING)
  })
})

describe('unlinking a wallet', () => {
  const unlink = (headers: { authorization: string }, address: string) =>
    rest('DELETE', `/api/v1/agents/wallets/${address}`, { headers })

  test('frees it for another workspace with its last agent, and is audited', async () => {
    const wallet = newAccount()
    const { id: workspaceId } = await createTestWorkspace()
    const [one, two] = [
      await createTestAgent({ workspaceId, wallets: [wallet.address] }),
      await createTestAgent({ workspaceId, wallets: [wallet.address] }),
    ]
    expect((await unlink(one.headers, wallet.address)).status).toBe(204)
    expect(await counts(wallet.address)).toMatchObject({ links: 1, wallets: 1 })
    expect((await unlink(two.headers, wallet.address.toLowerCase())).status).toBe(204)
    expect(await counts(wallet.address)).toEqual(NOTHING)
    const { rows } = await pool().query(
      `select actor, action from audit_log where workspace_id = $1 order by id`,
      [workspaceId],
    )
    expect(rows).toEqual([
      { actor: one.agentId, action: 'agent.wallet_unlinked' },
      { actor: two.agentId, action: 'agent.wallet_unlinked' },
    ])
  })

  test("a wallet of another agent's, one never linked and no address change nothing", async () => {
    const wallet = newAccount()
    const { id: workspaceId } = await createTestWorkspace()
    await createTestAgent({ workspaceId, wallets: [wallet.address] })
    const agent = await newAgent()
    await expectProblem(await unlink(agent.headers, wallet.address), 404, 'not_found')
    await expectProblem(await unlink(agent.headers, newAccount().address), 404, 'not_found')
    await expectProblem(await unlink(agent.headers, 'nonsense'), 400, 'invalid_request')
    expect(await counts(wallet.address)).toMatchObject({ links: 1, wallets: 1 })
  })
})
