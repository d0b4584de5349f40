import { beforeAll, describe, expect, test } from 'vitest'
import { buildReceiveAuthorization } from '@/domain/usdc-authorization'
import { depositAuthorizationView, walletView } from '@/domain/wallet'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { openChain } from '@/test/harness/chain'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import {
  expectProblem,
  newAccount,
  newPerson,
  newWorkspace,
  rest,
  type TestPerson,
} from '@/test/harness/people'

const chain = openChain()
let person: TestPerson
beforeAll(async () => {
  person = await newPerson()
  await newWorkspace(person)
})

const faucet = (body: unknown, ask: object = {}) => rest('POST', '/api/dev/faucet', { body, ...ask })

test('the wallet shows what the faucet sent, what was deposited and what the pool may take', async () => {
  const { address } = person.account
  const response = await faucet({ address, usdc: '25000000', eth: '1000000000000000000' }, { origin: null })
  const { usdcTxHash, ethTxHash } = (await response.json()) as {
    usdcTxHash: `0x${string}`
    ethTxHash: `0x${string}`
  }
  for (const hash of [usdcTxHash, ethTxHash]) await chain.client.waitForTransactionReceipt({ hash })
  await chain.client.impersonateAccount({ address })
  await chain.approve(address, 20_000_000n)
  await chain.deposit(address, 15_000_000n)
  const wallet = walletView.parse(
    await (await rest('GET', '/api/v1/wallet', { cookie: person.cookie })).json(),
  )
  expect(wallet).toMatchObject({
    walletAddress: address,
    walletBalance: '10000000',
    poolBalance: '15000000',
    availableBalance: '15000000',
    reservedBalance: '0',
    allowance: '5000000',
    trackedBalance: '0',
    settlementPaused: false,
  })
})

describe('POST /api/dev/faucet', () => {
  test('that names neither coin gives some of both', async () => {
    const answer = await (await faucet({ address: newAccount().address })).json()
    expect(Object.keys(answer as object).sort()).toEqual(['ethTxHash', 'usdcTxHash'])
  })

  test('gives only what is asked for', async () => {
    const { address } = newAccount()
    expect(Object.keys((await (await faucet({ address, usdc: '1' })).json()) as object)).toEqual([
      'usdcTxHash',
    ])
    expect(await (await faucet({ address, usdc: '0' })).json()).toEqual({})
  })

  test.each<[string, () => object]>([
    ['no address', () => ({ usdc: '1' })],
    ['the zero address', () => ({ address: `0x${'0'.repeat(40)}` })],
    ['a wrong checksum', () => ({ address: '0xF39fd6e51aad88F6F4ce6aB8827279cffFb92266' })],
    ['a negative amount', () => ({ address: newAccount().address, usdc: '-1' })],
    ['a decimal amount', () => ({ address: newAccount().address, usdc: '1.5' })],
    ['a float', () => ({ address: newAccount().address, eth: 0.5 })],
    ['2^256', () => ({ address: newAccount().address, usdc: (2n ** 256n).toString() })],
    [
      'more than the chain should give',
      () => ({ address: newAccount().address, eth: '10000000000000000001' }),
    ],
    ['an unknown field', () => ({ address: newAccount().address, dai: '1' })],
  ])('refuses %s', async (_, body) => {
    await expectProblem(await faucet(body()), 400, 'invalid_request')
  })
})

describe('POST /api/v1/wallet/deposit-authorization', () => {
  const path = '/api/v1/wallet/deposit-authorization'
  const countStored = async () =>
    (await pool().query<{ n: bigint }>('select count(*) as n from deposit_authorizations')).rows[0]?.n

  async function sign(owner: TestPerson, value = 2_000_000n) {
    const authorization = {
      value,
      validAfter: 0n,
      validBefore: (await chain.head()).timestamp + 3600n,
      nonce: `0x${crypto.randomUUID().replaceAll('-', '').repeat(2)}` as const,
    }
    const typedData = buildReceiveAuthorization({
      ...authorization,
      chainId: 31337,
      usdcAddress: env().USDC_ADDRESS,
      usdcDomainName: 'USD Coin',
      from: owner.account.address,
      to: env().SETTLEMENT_ADDRESS,
    })
    return {
      value: value.toString(),
      validAfter: '0',
      validBefore: authorization.validBefore.toString(),
      nonce: authorization.nonce,
      signature: await owner.account.signTypedData(typedData),
    }
  }

  async function newFundedOwner() {
    const owner = await newPerson()
    const workspace = await newWorkspace(owner)
    await chain.fund(owner.account.address, 10_000_000n)
    return { owner, workspace }
  }

  test('takes what the wallet signed, and the same again answers the same deposit', async () => {
    const { owner, workspace } = await newFundedOwner()
    const body = await sign(owner)
    const first = await rest('POST', path, { body, cookie: owner.cookie })
    expect(first.status).toBe(202)
    const stored = depositAuthorizationView.parse(await first.json())
    expect(stored).toMatchObject({ workspaceId: workspace.id, status: 'authorized', amountUsdc: '2000000' })
    const again = await rest('POST', path, { body, cookie: owner.cookie })
    expect(depositAuthorizationView.parse(await again.json())).toEqual(stored)
    const list = await rest('GET', '/api/v1/wallet/deposit-authorizations', { cookie: owner.cookie })
    expect(await list.json()).toEqual({ data: [stored], hasMore: false, nextCursor: null })
  })

  test('an agent of the workspace may bring it, named as who did; another workspace’s is 404', async () => {
    const { owner, workspace } = await newFundedOwner()
    const agent = await createTestAgent({ workspaceId: workspace.id })
    const stranger = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    const body = await sign(owner)
    const foreign = { body: { ...body, workspaceId: workspace.id }, headers: stranger.headers, origin: null }
    await expectProblem(await rest('POST', path, foreign), 404, 'not_found')
    const unsigned = await rest('POST', path, { body, headers: stranger.headers, origin: null })
    expect(unsigned.status).toBe(400)
    const answer = await rest('POST', path, { body, headers: agent.headers, origin: null })
    expect(answer.status).toBe(202)
    const { rows } = await pool().query(
      `select actor from audit_log where workspace_id = $1 and action = 'wallet.deposit_authorized'`,
      [workspace.id],
    )
    expect(rows).toEqual([{ actor: agent.agentId }])
  })

  test('the list is read in pages, and a cursor that is none of it is invalid_cursor', async () => {
    const { owner } = await newFundedOwner()
    const { cookie } = owner
    const made: string[] = []
    for (let index = 0; index < 3; index += 1) {
      const answer = await rest('POST', path, { body: await sign(owner), cookie })
      made.unshift(depositAuthorizationView.parse(await answer.json()).depositAuthorizationId)
    }
    const read = async (search: string) => {
      const answer = await rest('GET', `/api/v1/wallet/deposit-authorizations${search}`, { cookie })
      return (await answer.json()) as {
        data: { depositAuthorizationId: string }[]
        nextCursor: string | null
      }
    }
    const first = await read('?limit=2')
    const second = await read(`?limit=2&cursor=${first.nextCursor}`)
    const ids = [...first.data, ...second.data].map(({ depositAuthorizationId }) => depositAuthorizationId)
    expect(ids).toEqual(made)
    expect(second.nextCursor).toBeNull()
    for (const cursor of ['x', '%00', crypto.randomUUID(), 'x'.repeat(300)])
      expect(await read(`?cursor=${cursor}`)).toMatchObject({ status: 400, code: 'invalid_cursor' })
  })

  test('of somebody else’s workspace is the 404 of one that does not exist, and nothing is stored', async () => {
    const { owner, workspace } = await newFundedOwner()
    const before = await countStored()
    const body = { ...(await sign(owner)), workspaceId: workspace.id }
    await expectProblem(await rest('POST', path, { body, cookie: person.cookie }), 404, 'not_found')
    expect(await countStored()).toBe(before)
  })

  test.each<[string, Record<string, unknown>, number, 'invalid_request' | 'authorization_invalid']>([
    ['another signature', { signature: `0x${'1'.repeat(130)}` }, 400, 'authorization_invalid'],
    ['another value than was signed', { value: '3000000' }, 400, 'authorization_invalid'],
    ['a number for a string', { value: 2_000_000 }, 400, 'invalid_request'],
    ['a nonce that is too short', { nonce: '0x12' }, 400, 'invalid_request'],
    ['an unknown field', { gasPrice: '1' }, 400, 'invalid_request'],
  ])('refuses %s and stores nothing', async (_, change, status, code) => {
    const { owner } = await newFundedOwner()
    const before = await countStored()
    const body = { ...(await sign(owner)), ...change }
    await expectProblem(await rest('POST', path, { body, cookie: owner.cookie }), status, code)
    expect(await countStored()).toBe(before)
  })

  test('without a session is 401, from another site 403', async () => {
    const { owner } = await newFundedOwner()
    const body = await sign(owner)
    await expectProblem(await rest('POST', path, { body }), 401, 'unauthenticated')
    const foreign = await rest('POST', path, { body, cookie: owner.cookie, origin: 'https://evil.example' })
    await expectProblem(foreign, 403, 'csrf_failed')
  })
})
