import type { PaymentPayload } from '@x402/core/types'
import type { Hex } from 'viem'
import { beforeAll, expect, test } from 'vitest'
import { usdcAbi } from '@/domain/abi/usdc'
import { localTreasuryAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { balanceOf, createFundedAgent, type FundedAgent } from '@/test/harness/balance'
import { openChain, testAddress } from '@/test/harness/chain'
import { until } from '@/test/harness/until'
import { encodePayment, makePayer, settleRound, signPayment } from '@/test/harness/x402'
import { askPayment, type ExactSigned, PRICE, RESOURCE } from '@/test/harness/x402-payments'
import { settleDuePayments } from './settle-due-payments'
import { settlePayment } from './settle-payment'
import { watchPayments } from './watch-payments'

const chain = openChain()

beforeAll(registerRelayers)

type Row = { id: string; status: string; failure_reason: string | null; tx_hash: Hex; credit_count: number }

/** A stored payment of a new payer for a new agent; nothing is sent yet. */
async function store(scheme: 'exact' | 'upto' = 'exact', change?: (payment: PaymentPayload) => void) {
  const payer = await makePayer(chain)
  const agent = await createFundedAgent(0n)
  const payment = await signPayment(payer, { required: await askPayment(), scheme })
  change?.(payment)
  const again = () => settle(payment, agent)
  const { paymentId } = await again()
  return { payer, agent, payment, paymentId, again }
}

function settle(payment: PaymentPayload, agent: FundedAgent) {
  const expected = { amount: PRICE, resourceUrl: RESOURCE, purpose: 'topup' as const, agent }
  return settlePayment({ header: encodePayment(payment), expected, waitMilliseconds: 150 })
}

async function rowOf(id: string): Promise<Row> {
  const { rows } = await pool().query<Row>(
    'select id, status, failure_reason, tx_hash, credit_count from x402_payments where id = $1',
    [id],
  )
  return rows[0] as Row
}

const dueNow = (id: string) =>
  pool().query(
    `update x402_payments set due_at = now() - interval '1 second', lease_until = null where id = $1`,
    [id],
  )

/** Rounds of the worker until the payment has this status. */
function settleUntil(id: string, status: string): Promise<Row> {
  return until(`payment ${id} is ${status}`, async () => {
    await dueNow(id)
    await settleRound()
    const row = await rowOf(id)
    return row.status === status && row
  })
}

const received = () =>
  chain.client.readContract({
    address: env().USDC_ADDRESS,
    abi: usdcAbi,
    functionName: 'balanceOf',
    args: [localTreasuryAddress],
  })

/** What was booked for a payment: every receipt less every reversal. */
async function bookedFor(id: string): Promise<bigint> {
  const { rows } = await pool().query<{ booked: bigint }>(
    `select coalesce(sum(case when d.kind = 'x402_receipts' then t.amount else -t.amount end), 0) as booked
     from ledger_transfers t join ledger_accounts d on d.id = t.debit_account join ledger_accounts c on c.id = t.credit_account
     where t.cause like 'x402:' || $1 || '%' and 'x402_receipts' in (d.kind::text, c.kind::text)`,
    [id],
  )
  return rows[0]?.booked ?? 0n
}

test('a payment that nobody waits for is credited once by the worker, and the same header answers it', async () => {
  const { agent, paymentId, again } = await store()
  expect(await again()).toEqual({ status: 'pending', paymentId, payer: expect.any(String) })
  const before = await received()
  await settleUntil(paymentId, 'settled')
  await Promise.all(Array.from({ length: 8 }, () => settleRound()))
  expect(await again()).toMatchObject({ status: 'settled', paymentId, balance: PRICE, bearer: null })
  expect(await received()).toBe(before + PRICE)
  expect(await balanceOf(agent.agentId)).toBe(PRICE)
  expect(await bookedFor(paymentId)).toBe(PRICE)
})

test('eight workers at once send one transaction', async () => {
  const { paymentId } = await store('upto')
  await Promise.all(Array.from({ length: 8 }, () => settleDuePayments()))
  await settleUntil(paymentId, 'settled')
  const { rows } = await pool().query('select 1 from relayer_transactions where reference = $1', [paymentId])
  expect(rows).toHaveLength(1)
})

test('a worker that dies between storing the bytes and sending them, or before it learns of the block, loses nothing', async () => {
  for (const isMined of [false, true]) {
    const { agent, paymentId } = await store()
    await chain.client.setAutomine(false)
    await settleDuePayments()
    const { tx_hash: hash } = await rowOf(paymentId)
    if (!isMined) await chain.client.dropTransaction({ hash })
    // As the crash leaves it: prepared, not known to be sent, the lease still held by the dead worker.
    await pool().query(
      `update relayer_transactions set status = 'prepared', sent_at = null where hash = $1`,
      [hash],
    )
    await pool().query(`update x402_payments set lease_until = now() + interval '1 second' where id = $1`, [
      paymentId,
    ])
    await chain.client.setAutomine(true)
    if (isMined) await chain.mine()
    expect((await settleUntil(paymentId, 'settled')).tx_hash).toBe(hash)
    expect(await balanceOf(agent.agentId)).toBe(PRICE)
    expect(await bookedFor(paymentId)).toBe(PRICE)
  }
})

test('an authorization that a stranger sends first is credited all the same, with the stranger’s hash', async () => {
  const { agent, payment, paymentId } = await store()
  const { authorization: signed, signature } = payment.payload as ExactSigned
  const stranger = await makePayer(chain, { usdc: 0n, allowsPermit2: false })
  const { transactionHash } = await chain.sendAuthorization(stranger.address, {
    from: signed.from as Hex,
    to: signed.to as Hex,
    value: BigInt(signed.value ?? 0),
    validBefore: BigInt(signed.validBefore ?? 0),
    nonce: signed.nonce as Hex,
    signature,
  })
  expect((await settleUntil(paymentId, 'settled')).tx_hash).toBe(transactionHash)
  expect(await balanceOf(agent.agentId)).toBe(PRICE)
  const { rows } = await pool().query('select 1 from relayer_transactions where reference = $1', [paymentId])
  expect(rows).toEqual([])
})

test.each(['exact', 'upto'] as const)(
  'a reorganisation after the credit (%s) takes it back, the same bytes are sent again, and it is credited once more',
  async (scheme) => {
    const { agent, paymentId } = await store(scheme)
    const settled = await settleUntil(paymentId, 'settled')
    await trackRelays()
    const { blockNumber } = await chain.client.getTransactionReceipt({ hash: settled.tx_hash })
    const head = await chain.head()
    // Half of it is spent meanwhile.
    await pool().query(
      `select ledger_post(ledger_account('agent_balance', $1), ledger_account('revenue', 'spent', $1), 2000000, 'charge', 'charge:' || $2)`,
      [agent.agentId, paymentId],
    )
    await chain.reorg(Number(head.number - blockNumber) + 1)
    await dueNow(paymentId)
    expect(await watchPayments()).toMatchObject({ reversed: 1 })
    expect((await rowOf(paymentId)).status).toBe('broadcasting')
    expect(await balanceOf(agent.agentId)).toBe(0n)
    expect(await bookedFor(paymentId)).toBe(0n)
    const { rows: owed } = await pool().query(
      `select balance from ledger_accounts where kind = 'owed' and owner = $1`,
      [agent.agentId],
    )
    expect(owed).toEqual([{ balance: 2_000_000n }])

    const again = await settleUntil(paymentId, 'settled')
    expect(again).toMatchObject({ tx_hash: settled.tx_hash, credit_count: 2 })
    expect(await balanceOf(agent.agentId)).toBe(PRICE - 2_000_000n)
    expect(await bookedFor(paymentId)).toBe(PRICE)
  },
  120_000,
)

test('a reorganised charge is taken from what its earner still has, the rest is an adjustment, and both come back', async () => {
  const payer = await makePayer(chain)
  const agent = await createFundedAgent(0n)
  const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
  const charge = {
    agent,
    earnerWorkspaceId: agent.workspaceId,
    reference: 'call',
    idempotencyKey: null,
    requestHash: null,
  }
  const expected = { amount: PRICE, resourceUrl: RESOURCE, purpose: 'charge' as const, charge }
  const pay = () => settlePayment({ header: encodePayment(payment), expected, waitMilliseconds: 150 })
  const { paymentId } = await pay()
  const { tx_hash: hash } = await settleUntil(paymentId, 'settled')
  await trackRelays()
  const revenue = async () => {
    const { rows } = await pool().query<{ balance: bigint }>(
      `select balance from ledger_accounts where kind = 'revenue' and owner = $1`,
      [agent.workspaceId],
    )
    return rows[0]?.balance
  }
  expect(await revenue()).toBe(PRICE)
  await pool().query(
    `select ledger_post(ledger_account('revenue', $1, $2), ledger_account('refunds', $1), 3000000, 'withdrawal', 'withdrawal:' || $3)`,
    [agent.workspaceId, agent.agentId, paymentId],
  )
  const { blockNumber } = await chain.client.getTransactionReceipt({ hash })
  await chain.reorg(Number((await chain.head()).number - blockNumber) + 1)
  await dueNow(paymentId)
  expect(await watchPayments()).toMatchObject({ reversed: 1 })
  expect([await revenue(), await bookedFor(paymentId)]).toEqual([0n, 0n])
  await settleUntil(paymentId, 'settled')
  expect([await revenue(), await bookedFor(paymentId)]).toEqual([PRICE - 3_000_000n, PRICE])
  expect(await pay()).toMatchObject({ status: 'settled', isFirst: true })
})

test('a payment is watched for 128 blocks and until it is final, then left alone', async () => {
  const { paymentId } = await store()
  await settleUntil(paymentId, 'settled')
  await chain.mine(120)
  await dueNow(paymentId)
  await watchPayments()
  const finalAt = async () =>
    (await pool().query('select final_at from x402_payments where id = $1', [paymentId])).rows[0]?.final_at
  expect(await finalAt()).toBeNull()
  await chain.mine(10)
  await dueNow(paymentId)
  await watchPayments()
  expect(await finalAt()).not.toBeNull()
})

test('a wallet that signs more than twenty payments at once is told to wait', async () => {
  const { payer, paymentId, agent } = await store()
  await pool().query(
    `insert into x402_payments (chain_id, asset, scheme, payer, payer_checksum, nonce, amount, pay_to, purpose, agent_id, payload, requirements, facilitator, valid_before, due_at)
     select chain_id, asset, scheme, payer, payer_checksum, 'open ' || n, amount, pay_to, purpose, agent_id, payload, requirements, facilitator, valid_before, now() + interval '1 day'
     from x402_payments, generate_series(1, 19) n where id = $1`,
    [paymentId],
  )
  const payment = await signPayment(payer, { required: await askPayment(), scheme: 'exact' })
  await expect(settle(payment, agent)).rejects.toMatchObject({ code: 'rate_limited' })
})

test('a payer who cancels the nonce gets payment_failed, once the cancellation is final', async () => {
  const { payer, payment, paymentId, again } = await store()
  const { nonce } = (payment.payload as ExactSigned).authorization
  const signature = await payer.signTypedData({
    domain: { name: 'USD Coin', version: '2', chainId: 31_337, verifyingContract: env().USDC_ADDRESS },
    types: {
      CancelAuthorization: [
        { name: 'authorizer', type: 'address' },
        { name: 'nonce', type: 'bytes32' },
      ],
    },
    primaryType: 'CancelAuthorization',
    message: { authorizer: payer.address, nonce: nonce as Hex },
  })
  await chain.cancelAuthorization(payer.address, { nonce: nonce as Hex, signature })
  await settleRound()
  expect((await rowOf(paymentId)).status).not.toBe('failed')
  await chain.mine(5)
  expect(await settleUntil(paymentId, 'failed')).toMatchObject({ failure_reason: 'nonce_used_elsewhere' })
  await expect(again()).rejects.toMatchObject({
    code: 'payment_failed',
    details: { reason: 'nonce_used_elsewhere' },
  })
  expect(await bookedFor(paymentId)).toBe(0n)
})

test('a payer who moves the money away costs no gas, and the payment fails only when a final block is past its end', async () => {
  const { payer, paymentId } = await store()
  await chain.transfer(payer.address, testAddress(40), 1_000_000_000n)
  await settleUntil(paymentId, 'verified')
  const { rows } = await pool().query('select 1 from relayer_transactions where reference = $1', [paymentId])
  expect(rows).toEqual([])
  await chain.client.increaseTime({ seconds: 400 })
  await chain.mine()
  expect((await settleUntil(paymentId, 'verified')).failure_reason).toBeNull()
  await chain.mine(5)
  expect(await settleUntil(paymentId, 'failed')).toMatchObject({ failure_reason: 'authorization_expired' })
  expect(await bookedFor(paymentId)).toBe(0n)
})
