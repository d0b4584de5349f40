import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import { PAYOUT_STATUSES } from '@/domain/payout-status'
import { WEBHOOK_EVENT_TYPES } from '@/domain/webhook'
import { chargeAgent } from '@/server/balance'
import { pool } from '@/server/core/db'
import { chargeOf, createFundedAgent, creditAgent } from '@/test/harness/balance'
import { createTestAgent, createTestWorkspace, randomAddress } from '@/test/harness/factories'

const USDC = 1_000_000n

async function eventsOf(workspaceId: string): Promise<{ type: string; data: unknown }[]> {
  const { rows } = await pool().query<{ body: string }>(
    `select body from webhook_events where workspace_id = $1 order by sequence`,
    [workspaceId],
  )
  return rows.map(({ body }) => {
    const { type, data } = JSON.parse(body)
    return { type, data }
  })
}

const newHash = () => `0x${randomBytes(32).toString('hex')}`

test('each status of a payout has its type', () => {
  const ofPayouts = [...PAYOUT_STATUSES.map((status) => `payout.${status}`), 'payout.confirmation_timeout']
  expect(WEBHOOK_EVENT_TYPES.filter((type) => type.startsWith('payout.')).sort()).toEqual(ofPayouts.sort())
})

test('a deposit is told when it is credited, once more after a reorganisation, and never while it waits', async () => {
  const { id: workspaceId } = await createTestWorkspace()
  const sender = randomAddress()
  const { agentId } = await createTestAgent({ workspaceId, wallets: [sender] })
  const [txHash, blockHash] = [newHash(), newHash()]
  const receiver = randomAddress()
  const observe = () =>
    pool().query(`select deposit_observe(31337, $1, $4, $5, 10, $2, now(), false, $3)`, [
      txHash,
      blockHash,
      JSON.stringify([
        {
          position: 0,
          log_index: 0,
          sender,
          sender_checksum: checksummed(sender),
          amount: (5n * USDC).toString(),
          is_x402: false,
        },
      ]),
      randomAddress(),
      receiver,
    ])
  const credit = async (head: number) => {
    const { rows } = await pool().query<{ outcome: string }>(
      'select deposit_credit(id, $2, 6, 1000000, 100000000) as outcome from deposits where tx_hash = $1',
      [txHash, head],
    )
    return rows[0]?.outcome
  }
  await observe()
  expect(await credit(12)).toBe('waits')
  expect(await eventsOf(workspaceId)).toEqual([])
  expect(await credit(15)).toBe('credited')
  expect(await credit(16)).toBe('done')
  const told = (stateVersion: number) => ({
    type: 'deposit.credited',
    data: {
      stateVersion,
      deposit: {
        depositId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: 'transfer',
        agentId,
        agentName: 'Test agent',
        amount: '5000000',
        currency: 'USDC',
        chainId: 31337,
        txHash,
        sender: checksummed(sender),
        balanceAfter: '5000000',
        creditedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    },
  })
  expect(await eventsOf(workspaceId)).toEqual([told(1)])
  await pool().query('select deposit_reverse(id, $2) from deposits where tx_hash = $1', [txHash, blockHash])
  expect(await eventsOf(workspaceId)).toHaveLength(1)
  await observe()
  expect(await credit(20)).toBe('credited')
  expect(await eventsOf(workspaceId)).toEqual([told(1), told(2)])
})

test('an x402 top-up is told like a deposit; a paid charge is none', async () => {
  const { id: workspaceId } = await createTestWorkspace()
  const { agentId } = await createTestAgent({ workspaceId })
  const payer = randomAddress()
  const pay = async (charge: object | null) => {
    const { rows } = await pool().query<{ id: string }>(
      `insert into x402_payments (chain_id, asset, scheme, payer, payer_checksum, nonce, amount, pay_to, purpose, agent_id, charge, payload, requirements, facilitator, valid_before)
       values (31337, '0xusdc', 'exact', $1, $6, $2, 2000000, '0xreceiver', $3, $4, $5, '{}', '{}', 'relayer', 9999999999) returning id`,
      [
        payer,
        newHash(),
        charge ? 'charge' : 'topup',
        agentId,
        charge && JSON.stringify(charge),
        checksummed(payer),
      ],
    )
    const id = rows[0]?.id
    await pool().query(`select x402_settle($1, 0, $2, 7, $3, 0, 2000000)`, [id, newHash(), newHash()])
    return id
  }
  const topUp = await pay(null)
  await pay({
    earnerWorkspaceId: workspaceId,
    reference: 'search',
    idempotencyKey: randomUUID(),
    requestHash: createHash('sha256').update('search').digest('hex'),
    servingSeconds: null,
  })
  expect(await eventsOf(workspaceId)).toMatchObject([
    {
      type: 'deposit.credited',
      data: {
        stateVersion: 1,
        deposit: { depositId: topUp, source: 'x402', agentId, amount: '2000000', sender: checksummed(payer) },
      },
    },
  ])
})

test('a balance that falls below its threshold is told once for each crossing, by charges at once as well', async () => {
  const agent = await createFundedAgent(100n)
  const setThreshold = (threshold: number | null) =>
    pool().query('update agents set low_balance_threshold = $2 where id = $1', [agent.agentId, threshold])
  const charge = async (amount: bigint) => {
    const { outcome } = await chargeAgent(chargeOf(agent, { amount }))
    expect(outcome).toBe('charged')
  }
  const low = (balance: string) => ({
    type: 'balance.low',
    data: { agentId: agent.agentId, agentName: 'Test agent', balance, threshold: '50', currency: 'USDC' },
  })
  await charge(10n)
  expect(await eventsOf(agent.workspaceId)).toEqual([])
  await setThreshold(50)
  await charge(40n)
  expect(await eventsOf(agent.workspaceId)).toEqual([])
  await charge(1n)
  await charge(1n)
  expect(await eventsOf(agent.workspaceId)).toEqual([low('49')])
  await creditAgent(agent.agentId, 52n)
  await Promise.all(Array.from({ length: 60 }, () => charge(1n)))
  const events = await eventsOf(agent.workspaceId)
  expect(events).toHaveLength(2)
  expect(events[1]).toMatchObject({ type: 'balance.low' })
  await setThreshold(null)
  await charge(20n)
  expect(await eventsOf(agent.workspaceId)).toHaveLength(2)
})

test('an event that is rolled back with its change is never told, and a stored one never changes', async () => {
  const { id: workspaceId } = await createTestWorkspace()
  const client = await pool().connect()
  await client.query('begin')
  await client.query(`select webhook_emit($1, 'payout.signed', '{}')`, [workspaceId])
  await client.query('rollback')
  client.release()
  expect(await eventsOf(workspaceId)).toEqual([])
})
