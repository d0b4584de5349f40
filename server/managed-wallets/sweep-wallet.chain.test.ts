import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import type { ManagedWalletView, SweepView } from '@/domain/managed-wallet'
import type { MemberRole } from '@/domain/roles'
import { pool } from '@/server/core/db'
import { openChain } from '@/test/harness/chain'
import { createTestAgent, randomAddress } from '@/test/harness/factories'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

const USDC = 1_000_000n
const HELD = 10n * USDC
const TIMEOUT_MILLISECONDS = 60_000

const chain = openChain()
let owner: TestPerson
let workspace: { id: string; slug: string }
let address: `0x${string}`

beforeEach(async () => {
  owner = await newPerson()
  workspace = await newWorkspace(owner)
  address = (await read()).address as `0x${string}`
  await chain.fund(address, HELD)
}, TIMEOUT_MILLISECONDS)

async function read(): Promise<ManagedWalletView> {
  const { data } = await trpc('query', 'wallet.managed', {
    cookie: owner.cookie,
    input: { workspaceId: workspace.id },
  })
  return data as ManagedWalletView
}

function sweep(amount: bigint | string, { by = owner, key = randomUUID() as string } = {}) {
  const input = { workspaceId: workspace.id, amountUsdc: amount.toString(), idempotencyKey: key }
  return trpc('mutation', 'wallet.sweep', { cookie: by.cookie, input })
}

async function sweeps(): Promise<Record<string, unknown>[]> {
  const { rows } = await pool().query(
    `select p.*, (select count(*)::int from payout_transitions t where t.payout_row_id = p.id) as timeline from payouts p
      where workspace_id = $1 and kind = 'sweep' order by created_at`,
    [workspace.id],
  )
  return rows
}

/** A payout of the workspace in some state; only its amount and state matter to its wallet here. */
async function insertPayout(
  status: string,
  amount: bigint,
  { reason = null as string | null, block = 0n } = {},
) {
  const { agentId } = await createTestAgent({ workspaceId: workspace.id })
  await pool().query(
    `insert into payouts (workspace_id, agent_id, payout_id, request_hash, status, failure_reason, chain_id, network, currency, asset_address,
       from_address, to_address, asset_checksum, to_checksum, amount, expires_at, created_by, nonce, valid_before, signature, block_number)
     values ($1, $2, $3, '', $4, $5, 31337, 'local', 'USDC', $6, $7, $6, $6, $6, $8, now() + interval '1 hour', $2, '0x' || $3, 1, '0x', $9)`,
    [
      workspace.id,
      agentId,
      randomUUID(),
      status,
      reason,
      randomAddress(),
      address.toLowerCase(),
      amount,
      block,
    ],
  )
}

const remove = () =>
  trpc('mutation', 'workspaces.delete', {
    cookie: owner.cookie,
    input: { workspaceId: workspace.id, confirmSlug: workspace.slug },
  })

describe('what the payout wallet has', () => {
  test('is what it holds on chain, less what it has promised; what waits stands beside it', async () => {
    const { number } = await chain.head()
    await insertPayout('signing', USDC)
    await insertPayout('broadcasting', USDC)
    await insertPayout('succeeded', USDC)
    await insertPayout('failed', USDC, { reason: 'tx_confirmation_timeout' })
    // Paid after the balance was read, so it is still in it; one paid before is not.
    await insertPayout('confirmed', USDC, { block: number + 100n })
    await insertPayout('confirmed', USDC, { block: number })
    await insertPayout('failed', USDC, { reason: 'expired' })
    await insertPayout('pending_authorization', USDC)
    await insertPayout('authorized', USDC)
    expect(await read()).toEqual({
      address: checksummed(address),
      balance: HELD.toString(),
      reserved: (5n * USDC).toString(),
      available: (5n * USDC).toString(),
      waiting: (2n * USDC).toString(),
      toAddress: owner.account.address,
      lastSweep: null,
    })
  })

  test('is never less than nothing, and nothing where the worker has not given it a wallet yet', async () => {
    await insertPayout('signing', 100n * USDC)
    expect(await read()).toMatchObject({ available: '0' })
    await pool().query('delete from managed_wallets where workspace_id = $1', [workspace.id])
    expect(await read()).toMatchObject({ address: null, balance: '0', available: '0' })
    expect((await sweep(1n)).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { state: 'NO_MANAGED_WALLET' },
    })
  })
})

describe('sending it back', () => {
  test('is an authorized row that the worker pays, to the workspace’s wallet, with timeline and audit row, and no webhook', async () => {
    const key = randomUUID()
    const { data, error } = await sweep(4n * USDC, { key })
    expect(error).toBeNull()
    expect(data).toMatchObject({
      payoutId: `sweep_${key}`,
      status: 'authorized',
      amount: (4n * USDC).toString(),
      toAddress: owner.account.address,
      txHash: null,
    })
    expect(await sweeps()).toEqual([
      expect.objectContaining({
        status: 'authorized',
        from_address: address.toLowerCase(),
        to_address: owner.account.address.toLowerCase(),
        agent_id: null,
        timeline: 1,
      }),
    ])
    const { rows: audit } = await pool().query(
      `select actor, target, details from audit_log where workspace_id = $1 and action = 'managed_wallet.swept'`,
      [workspace.id],
    )
    expect(audit).toEqual([
      {
        actor: owner.account.address.toLowerCase(),
        target: `sweep_${key}`,
        details: {
          amount: (4n * USDC).toString(),
          from: address.toLowerCase(),
          to: owner.account.address.toLowerCase(),
        },
      },
    ])
    const { rowCount } = await pool().query('select 1 from webhook_events where workspace_id = $1', [
      workspace.id,
    ])
    expect(rowCount).toBe(0)
    expect(await read()).toMatchObject({
      available: (6n * USDC).toString(),
      lastSweep: { payoutId: `sweep_${key}`, status: 'authorized' },
    })
  })

  test('the same key answers the first one, however often at once; with another amount it is refused', async () => {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 6 }, () => sweep(HELD, { key })))
    expect(answers.map(({ error }) => error)).toEqual(Array.from({ length: 6 }, () => null))
    expect(new Set(answers.map(({ data }) => (data as SweepView).payoutId)).size).toBe(1)
    expect((await sweep(1n, { key })).error?.code).toBe('idempotency_conflict')
    expect(await sweeps()).toHaveLength(1)
  })

  test('ten at once never send more than is there', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => sweep(3n * USDC)))
    expect(answers.filter(({ error }) => error === null)).toHaveLength(3)
    const refused = answers.filter(({ error }) => error)
    expect(new Set(refused.map(({ error }) => error?.code))).toEqual(new Set(['balance_insufficient']))
    const rows = await sweeps()
    expect(rows.reduce((sum, row) => sum + (row.amount as bigint), 0n)).toBe(9n * USDC)
  })

  test('more than is available is refused with the numbers, and changes nothing', async () => {
    await insertPayout('signed', 4n * USDC)
    expect((await sweep(6n * USDC + 1n)).error).toMatchObject({
      code: 'balance_insufficient',
      details: { available: (6n * USDC).toString(), required: (6n * USDC + 1n).toString() },
    })
    expect(await sweeps()).toEqual([])
    expect((await sweep(6n * USDC)).error).toBeNull()
  })

  test('is refused while a person has stopped all payouts', async () => {
    await pool().query(
      'update workspace_policies set killed_at = now(), killed_by = $2 where workspace_id = $1',
      [workspace.id, owner.account.address.toLowerCase()],
    )
    expect((await sweep(1n)).error?.code).toBe('payouts_killed')
    expect(await sweeps()).toEqual([])
  })

  test('is for owners, whose rights have begun', async () => {
    for (const role of ['ADMIN', 'APPROVER', 'VIEWER'] as MemberRole[]) {
      const member = await newPerson()
      await addMember(workspace.id, member, role)
      expect((await sweep(1n, { by: member })).error?.code).toBe('not_authorized')
    }
    expect((await sweep(1n, { by: await newPerson() })).error?.code).toBe('not_found')
    const late = await newPerson()
    await addMember(workspace.id, late, 'OWNER')
    await pool().query(
      `update workspace_members set rights_from = now() + interval '1 hour' where address = $1`,
      [late.account.address.toLowerCase()],
    )
    expect((await sweep(1n, { by: late })).error?.code).toBe('not_authorized')
    expect(await sweeps()).toEqual([])
  })

  test.each(['0', '-1', '1.5', '01', '1e3', '', `1${'0'.repeat(31)}`])(
    'an amount of "%s" is refused',
    async (amount) => {
      expect((await sweep(amount)).error?.code).toBe('invalid_request')
      expect(await sweeps()).toEqual([])
    },
  )
})

describe('deleting the workspace', () => {
  test('is refused while its payout wallet holds USDC', async () => {
    expect((await remove()).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { state: 'MANAGED_WALLET_NOT_EMPTY', managedBalance: HELD.toString() },
    })
    await chain.transfer(address, randomAddress(), HELD)
    expect((await remove()).error).toBeNull()
  })

  test.each([
    ['waits for an approval', 'pending_authorization', null],
    ['is on its way', 'broadcasting', null],
    ['timed out', 'failed', 'tx_confirmation_timeout'],
  ])('is refused while a payout %s', async (_, status, reason) => {
    await chain.transfer(address, randomAddress(), HELD)
    await insertPayout(status, USDC, { reason })
    expect((await remove()).error).toMatchObject({
      code: 'INVALID_STATE',
      details: { state: 'PAYOUTS_OPEN', openPayouts: 1 },
    })
  })

  test('is allowed when every payout has ended', async () => {
    await chain.transfer(address, randomAddress(), HELD)
    await insertPayout('confirmed', USDC)
    await insertPayout('failed', USDC, { reason: 'expired' })
    expect((await remove()).error).toBeNull()
  })
})
