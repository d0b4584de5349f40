import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { checksummed, storedAddress } from '@/domain/address'
import type { WithdrawalView } from '@/domain/withdrawal'
import { newAgentId } from '@/server/agents/agent-token'
import { chargeAgent, refundCharge } from '@/server/balance'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { balanceOf, chargeOf, createFundedAgent } from '@/test/harness/balance'
import { createTestAgent, linkTestWallet, randomAddress } from '@/test/harness/factories'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'
import {
  countRows,
  creditDeposit,
  earnRevenue,
  findUnbalanced,
  sumAccounts,
} from '@/test/harness/withdrawals'

const USDC = 1_000_000n

let owner: TestPerson
let workspaceId: string
let agentId: string
const wallet = storedAddress('0x00000000000000000000000000000000000a11ce')

beforeEach(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  agentId = (await createTestAgent({ workspaceId })).agentId
})

type Refund = Partial<{
  workspaceId: string
  agentId: string
  toAddress: string
  amountUsdc: string
  idempotencyKey: string
}>

function refund(parts: Refund = {}, person = owner) {
  const input = {
    workspaceId,
    agentId,
    toAddress: wallet,
    amountUsdc: USDC.toString(),
    idempotencyKey: randomUUID(),
    ...parts,
  }
  return trpc('mutation', 'withdrawals.requestBalanceRefund', { input, cookie: person.cookie })
}

function withdraw(
  parts: Partial<{ workspaceId: string; amountUsdc: string; idempotencyKey: string }> = {},
  person = owner,
) {
  const input = { workspaceId, amountUsdc: USDC.toString(), idempotencyKey: randomUUID(), ...parts }
  return trpc('mutation', 'withdrawals.requestRevenueWithdrawal', { input, cookie: person.cookie })
}

const viewOf = (answer: { data: unknown }) => answer.data as WithdrawalView

describe('a refund of unspent balance', () => {
  test('leaves the agent’s balance, is on its way to the depositor, and is written to the audit log', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    const before = await sumAccounts('refunds')
    const answer = await refund({ amountUsdc: '1500000' })
    expect(answer.error).toBeNull()
    expect(viewOf(answer)).toMatchObject({
      kind: 'balance_refund',
      status: 'requested',
      amountUsdc: '1500000',
      agentId,
      isFinal: false,
    })
    expect(await sumAccounts('agent_balance', agentId)).toBe(3_500_000n)
    expect((await sumAccounts('refunds')) - before).toBe(1_500_000n)
    const { rows } = await pool().query(
      `select actor, target, details from audit_log where action = 'balance.refund_requested' and workspace_id = $1`,
      [workspaceId],
    )
    expect(rows).toEqual([
      {
        actor: storedAddress(owner.account.address),
        target: viewOf(answer).withdrawalId,
        details: { amount: '1500000', to: wallet, agentId },
      },
    ])
    expect(await findUnbalanced()).toEqual([])
  })

  test('of all of it is possible for an agent whose token is revoked', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: USDC })
    await pool().query('update agents set revoked_at = now() where id = $1', [agentId])
    expect((await refund()).error).toBeNull()
    expect(await sumAccounts('agent_balance', agentId)).toBe(0n)
  })

  test('with the same key a hundred times at once takes the money once and answers one row', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    const idempotencyKey = randomUUID()
    const answers = await Promise.all(Array.from({ length: 100 }, () => refund({ idempotencyKey })))
    expect(new Set(answers.map((answer) => viewOf(answer).withdrawalId)).size).toBe(1)
    expect(await sumAccounts('agent_balance', agentId)).toBe(4n * USDC)
  })

  test('with a key that was used for something else is refused', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    const idempotencyKey = randomUUID()
    await refund({ idempotencyKey })
    const before = await countRows()
    const other = await refund({ idempotencyKey, amountUsdc: '2000000' })
    expect(other.error).toMatchObject({ code: 'idempotency_conflict', httpStatus: 409 })
    const otherKind = await withdraw({ idempotencyKey })
    expect(otherKind.error).toMatchObject({ code: 'idempotency_conflict' })
    expect(await countRows()).toEqual(before)
  })

  test('asked for a hundred times at once never takes more than there is', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 10n * USDC })
    const answers = await Promise.all(Array.from({ length: 100 }, () => refund({ amountUsdc: '1500000' })))
    expect(answers.filter(({ error }) => error === null)).toHaveLength(6)
    const refused = answers.filter(({ error }) => error !== null)
    expect(new Set(refused.map(({ error }) => error?.code))).toEqual(new Set(['balance_insufficient']))
    expect(await sumAccounts('agent_balance', agentId)).toBe(USDC)
    expect(await findUnbalanced()).toEqual([])
  })

  test('goes to an x402 payer of this agent too', async () => {
    const payer = randomAddress()
    await pool().query(
      `insert into x402_payments (chain_id, asset, scheme, payer, payer_checksum, nonce, amount, pay_to, purpose, agent_id, payload, requirements, facilitator,
         valid_before, status, tx_hash, block_number, log_index, settled_amount, credited_at, balance_after)
       values (31337, $1, 'exact', $2, $6, '0x01', $3, $4, 'topup', $5, '{}', '{}', 'in-process', 1, 'settled', '0x02', 1, 0, $3, now(), $3)`,
      [env().USDC_ADDRESS, payer, 5n * USDC, env().RECEIVE_ADDRESS, agentId, checksummed(payer)],
    )
    await pool().query(
      `select ledger_credit_agent($1, ledger_account('x402_receipts', $2), $3, 'x402_topup', 'x402:' || $1)`,
      [agentId, env().RECEIVE_ADDRESS, 5n * USDC],
    )
    expect((await refund({ toAddress: payer })).error).toBeNull()
  })

  test('that is refused changes nothing', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    const stranger = randomAddress()
    await linkTestWallet({ agentId, workspaceId, wallet: stranger })
    const elsewhere = await newPerson()
    const foreign = await createTestAgent({ workspaceId: (await newWorkspace(elsewhere)).id })
    await creditDeposit({ agentId: foreign.agentId, sender: wallet, amount: USDC })
    const before = await countRows()
    const cases: [Refund, string, number][] = [
      [{ toAddress: stranger }, 'NOT_A_DEPOSITOR', 403],
      [{ toAddress: owner.account.address }, 'NOT_A_DEPOSITOR', 403],
      [{ toAddress: env().RECEIVE_ADDRESS ?? '' }, 'NOT_A_DEPOSITOR', 403],
      [{ amountUsdc: '5000001' }, 'balance_insufficient', 409],
      [{ amountUsdc: '1'.repeat(31) }, 'balance_insufficient', 409],
      [{ agentId: foreign.agentId }, 'not_found', 404],
      [{ agentId: newAgentId() }, 'not_found', 404],
      [{ amountUsdc: '0' }, 'invalid_request', 400],
      [{ amountUsdc: '-1' }, 'invalid_request', 400],
      [{ amountUsdc: '1.0000001' }, 'invalid_request', 400],
      [{ amountUsdc: '1e18' }, 'invalid_request', 400],
      [{ amountUsdc: '١٢' }, 'invalid_request', 400],
      [{ amountUsdc: '9'.repeat(90) }, 'invalid_request', 400],
      [{ toAddress: '0x123' }, 'invalid_request', 400],
      [{ agentId: "agt_' or 1=1 --" }, 'invalid_request', 400],
      [{ idempotencyKey: 'again' }, 'invalid_request', 400],
    ]
    for (const [parts, code, httpStatus] of cases) {
      const { error } = await refund(parts)
      expect({ parts, code: error?.code, httpStatus: error?.httpStatus }).toEqual({ parts, code, httpStatus })
    }
    expect(await countRows()).toEqual(before)
  })

  test('is refused while the agent owes a reversed deposit', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    await pool().query(
      `select ledger_post(ledger_account('owed', $1), ledger_account('receive_address', $2), 1, 'debt', 'debt:' || $1)`,
      [agentId, env().RECEIVE_ADDRESS],
    )
    const before = await countRows()
    expect((await refund()).error).toMatchObject({ code: 'balance_frozen', httpStatus: 403 })
    expect(await countRows()).toEqual(before)
  })

  test('is not for an ADMIN, an APPROVER or a VIEWER, and the workspace does not exist for an outsider', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    const people = new Map<string, TestPerson>()
    for (const role of ['ADMIN', 'APPROVER', 'VIEWER'] as const) {
      const person = await newPerson()
      await addMember(workspaceId, person, role)
      people.set(role, person)
    }
    const outsider = await newPerson()
    const before = await countRows()
    for (const [role, person] of people) {
      const { error } = await refund({}, person)
      expect({ role, code: error?.code }).toEqual({ role, code: 'not_authorized' })
      expect((await withdraw({}, person)).error).toMatchObject({ code: 'not_authorized', httpStatus: 403 })
    }
    expect((await refund({}, outsider)).error).toMatchObject({ code: 'not_found', httpStatus: 404 })
    expect((await withdraw({}, outsider)).error).toMatchObject({ code: 'not_found', httpStatus: 404 })
    expect(await countRows()).toEqual(before)
  })

  test('by an owner whose rights end between the check and the statement is refused by the statement', async () => {
    const { requestBalanceRefund } = await import('./request-balance-refund')
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    await expect(
      requestBalanceRefund({
        workspaceId,
        agentId,
        toAddress: wallet,
        amount: USDC,
        actor: { address: randomAddress(), requestId: null },
        idempotencyKey: randomUUID(),
      }),
    ).rejects.toMatchObject({ code: 'not_authorized' })
    expect(await sumAccounts('agent_balance', agentId)).toBe(5n * USDC)
  })
})

describe('a withdrawal of revenue', () => {
  test('takes from the paying agents’ accounts in order and goes to the workspace’s wallet', async () => {
    const payers = [newAgentId(), newAgentId(), newAgentId()]
    for (const payer of payers) await earnRevenue({ workspaceId, payer, amount: 2n * USDC })
    const answer = await withdraw({ amountUsdc: '5000000' })
    expect(viewOf(answer)).toMatchObject({
      kind: 'revenue',
      status: 'requested',
      toAddress: owner.account.address,
    })
    const { rows } = await pool().query<{ balance: bigint }>(
      `select balance from ledger_accounts where kind = 'revenue' and owner = $1 order by id`,
      [workspaceId],
    )
    expect(rows.map(({ balance }) => balance)).toEqual([0n, 0n, USDC])
    const revenue = await trpc('query', 'withdrawals.revenue', {
      input: { workspaceId },
      cookie: owner.cookie,
    })
    expect(revenue.data).toEqual({
      available: '1000000',
      onItsWay: '5000000',
      toAddress: owner.account.address,
    })
    expect(await findUnbalanced()).toEqual([])
  })

  test('asked for a hundred times at once, while it is earned, never takes more than there is', async () => {
    const payers = Array.from({ length: 5 }, () => newAgentId())
    for (const payer of payers) await earnRevenue({ workspaceId, payer, amount: 2n * USDC })
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 100 }, () => withdraw({ amountUsdc: '700000' }))),
      Promise.all(payers.map((payer) => earnRevenue({ workspaceId, payer, amount: USDC }))),
    ])
    const taken = answers.filter(({ error }) => error === null).length
    expect(new Set(answers.flatMap(({ error }) => (error ? [error.code] : [])))).toEqual(
      new Set(['balance_insufficient']),
    )
    expect(await sumAccounts('revenue', workspaceId)).toBe(15n * USDC - BigInt(taken) * 700_000n)
    expect(taken).toBeGreaterThanOrEqual(14)
    expect(taken).toBeLessThanOrEqual(21)
    expect(await findUnbalanced()).toEqual([])
  })

  test('leaves what a call that is still being served may have to give back', async () => {
    const payer = await createFundedAgent(5n * USDC)
    const served = { amount: 2n * USDC, earnerWorkspaceId: workspaceId }
    await chargeAgent(chargeOf(payer, served))
    const open = await chargeAgent(chargeOf(payer, { ...served, servingSeconds: 60 }))
    if (open.outcome !== 'charged') throw new Error(`the call was ${open.outcome}`)
    expect((await withdraw({ amountUsdc: '2000001' })).error).toMatchObject({ code: 'balance_insufficient' })
    expect((await withdraw({ amountUsdc: '2000000' })).error).toBeNull()
    await refundCharge({ chargeId: open.chargeId, by: { handler: 'test' }, reason: 'upstream_failed' })
    expect(await balanceOf(payer.agentId)).toBe(3n * USDC)
    expect(await findUnbalanced()).toEqual([])
  })

  test('and refunds and earnings at once end without a deadlock and with every account right', async () => {
    const payers = Array.from({ length: 4 }, () => newAgentId())
    for (const payer of payers) await earnRevenue({ workspaceId, payer, amount: 5n * USDC })
    await creditDeposit({ agentId, sender: wallet, amount: 20n * USDC })
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        n % 2 === 0 ? withdraw({ amountUsdc: '100000' }) : refund({ amountUsdc: '100000' }),
      ),
    )
    expect(answers.filter(({ error }) => error)).toEqual([])
    expect(await sumAccounts('revenue', workspaceId)).toBe(17n * USDC)
    expect(await sumAccounts('agent_balance', agentId)).toBe(17n * USDC)
    expect(await findUnbalanced()).toEqual([])
  })

  test('of another workspace’s revenue, of none or of too much is refused', async () => {
    const before = await countRows()
    const { error } = await withdraw()
    expect(error).toMatchObject({ code: 'balance_insufficient' })
    for (const amountUsdc of ['0', '-5', '1.5', '', '1e6', '0x10']) {
      expect((await withdraw({ amountUsdc })).error).toMatchObject({
        code: 'invalid_request',
        httpStatus: 400,
      })
    }
    expect(await countRows()).toEqual(before)
  })
})
