import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { storedAddress } from '@/domain/address'
import type { WithdrawalView } from '@/domain/withdrawal'
import { newAgentId } from '@/server/agents/agent-token'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { createTestAgent } from '@/test/harness/factories'
import { newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'
import { countRows, creditDeposit, insertUnattributedDeposit } from '@/test/harness/withdrawals'

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

function refund() {
  const input = {
    workspaceId,
    agentId,
    toAddress: wallet,
    amountUsdc: USDC.toString(),
    idempotencyKey: randomUUID(),
  }
  return trpc('mutation', 'withdrawals.requestBalanceRefund', { input, cookie: owner.cookie })
}

const viewOf = (answer: { data: unknown }) => answer.data as WithdrawalView

describe('what can be seen', () => {
  test('refund targets are the wallets that paid, with what they paid, and 404 for a foreign agent', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    await creditDeposit({ agentId, sender: wallet, amount: USDC })
    const ask = (of: { workspaceId: string; agentId: string }, person = owner) =>
      trpc('query', 'withdrawals.refundTargets', { input: of, cookie: person.cookie })
    expect((await ask({ workspaceId, agentId })).data).toMatchObject({
      balance: '6000000',
      owed: '0',
      targets: [{ paid: '6000000' }],
    })
    expect((await ask({ workspaceId, agentId: newAgentId() })).error).toMatchObject({ code: 'not_found' })
    const outsider = await newPerson()
    const { id: foreign } = await newWorkspace(outsider)
    expect((await ask({ workspaceId: foreign, agentId }, outsider)).error).toMatchObject({
      code: 'not_found',
    })
  })

  test('the list shows only this workspace’s withdrawals, page by page', async () => {
    await creditDeposit({ agentId, sender: wallet, amount: 5n * USDC })
    const made = [await refund(), await refund(), await refund()].map((answer) => viewOf(answer).withdrawalId)
    const list = (input: Record<string, unknown>, person = owner) =>
      trpc('query', 'withdrawals.list', { input, cookie: person.cookie })
    const first = (await list({ workspaceId, limit: 2 })).data as {
      withdrawals: WithdrawalView[]
      nextCursor: string
    }
    const second = (await list({ workspaceId, limit: 2, cursor: first.nextCursor })).data as typeof first
    expect([...first.withdrawals, ...second.withdrawals].map(({ withdrawalId }) => withdrawalId)).toEqual(
      made.reverse(),
    )
    expect(second.nextCursor).toBeNull()
    const outsider = await newPerson()
    const { id: foreign } = await newWorkspace(outsider)
    expect((await list({ workspaceId: foreign }, outsider)).data).toMatchObject({ withdrawals: [] })
    const stolen = await list({ workspaceId: foreign, cursor: made[0] }, outsider)
    expect(stolen.error).toMatchObject({ code: 'invalid_cursor' })
  })
})

describe('the return of a deposit', () => {
  async function newAdmin(): Promise<TestPerson> {
    const person = await newPerson()
    env().INSTANCE_ADMINS.push(storedAddress(person.account.address))
    return person
  }
  const giveBack = (depositId: string, person: TestPerson) =>
    trpc('mutation', 'instance.returnDeposit', { input: { depositId }, cookie: person.cookie })

  test('that is nobody’s goes to its sender, once, whoever asks how often', async () => {
    const admin = await newAdmin()
    const depositId = await insertUnattributedDeposit({ sender: wallet, amount: 3n * USDC })
    const answers = await Promise.all(Array.from({ length: 20 }, () => giveBack(depositId, admin)))
    expect(new Set(answers.map((answer) => viewOf(answer).withdrawalId)).size).toBe(1)
    const [answer] = answers
    expect(answer && viewOf(answer)).toMatchObject({
      kind: 'deposit_return',
      status: 'requested',
      amountUsdc: '3000000',
      depositId,
      workspaceId: null,
    })
    const { rows } = await pool().query('select status from deposits where id = $1', [depositId])
    expect(rows).toEqual([{ status: 'returned' }])
    const acts = await pool().query(
      `select 1 from audit_log where action = 'deposit.return_requested' and details->>'depositId' = $1`,
      [depositId],
    )
    expect(acts.rowCount).toBe(1)
  })

  test.each(['pending', 'credited', 'reversed', 'x402'])('that is %s is refused', async (status) => {
    const admin = await newAdmin()
    const depositId = await insertUnattributedDeposit({ sender: wallet, amount: USDC })
    await pool().query(
      `update deposits set status = $2::deposit_status, agent_id = $3, credited_at = now(), balance_after = 0 where id = $1`,
      [depositId, status, agentId],
    )
    const before = await countRows()
    expect((await giveBack(depositId, admin)).error).toMatchObject({ code: 'INVALID_STATE', httpStatus: 409 })
    expect(await countRows()).toEqual(before)
  })

  test('whose block could still be reorganised is refused', async () => {
    const admin = await newAdmin()
    const depositId = await insertUnattributedDeposit({ sender: wallet, amount: USDC })
    await pool().query('update deposits set final_at = null where id = $1', [depositId])
    const before = await countRows()
    expect((await giveBack(depositId, admin)).error).toMatchObject({ code: 'INVALID_STATE', httpStatus: 409 })
    expect(await countRows()).toEqual(before)
  })

  test('that came by x402 and that no payment of ours explains goes back after an hour', async () => {
    const admin = await newAdmin()
    const depositId = await insertUnattributedDeposit({ sender: wallet, amount: USDC, status: 'x402' })
    expect((await giveBack(depositId, admin)).error).toMatchObject({ code: 'INVALID_STATE' })
    await pool().query(`update deposits set created_at = now() - interval '2 hours' where id = $1`, [
      depositId,
    ])
    expect(viewOf(await giveBack(depositId, admin))).toMatchObject({
      kind: 'deposit_return',
      amountUsdc: '1000000',
    })
  })

  test('does not exist for the owner of a workspace, nor without a sender that could take it', async () => {
    const depositId = await insertUnattributedDeposit({ sender: wallet, amount: USDC })
    expect((await giveBack(depositId, owner)).error).toMatchObject({ code: 'not_found', httpStatus: 404 })
    const admin = await newAdmin()
    expect((await giveBack(randomUUID(), admin)).error).toMatchObject({ code: 'not_found' })
    const minted = await insertUnattributedDeposit({ sender: `0x${'00'.repeat(20)}`, amount: USDC })
    expect((await giveBack(minted, admin)).error).toMatchObject({ code: 'INVALID_STATE' })
  })
})
