import { randomUUID } from 'node:crypto'
import { privateKeyToAccount } from 'viem/accounts'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { storedAddress } from '@/domain/address'
import { localAdminAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers } from '@/server/relayer'
import { createTestAgent } from '@/test/harness/factories'
import {
  AMOUNT,
  askRefund,
  chain,
  emptyReceiveAddress,
  expectPaidOnce,
  expectReturned,
  held,
  newWallet,
  openAlarms,
  openScene,
  receiveAddress,
  round,
  rowOf,
  scene,
  setBlocked,
  setTokenPaused,
  settle,
  signOnly,
  USDC,
  usdc,
} from '@/test/harness/withdrawal-scene'
import {
  earnRevenue,
  findUnbalanced,
  insertUnattributedDeposit,
  sumAccounts,
} from '@/test/harness/withdrawals'
import { relayWithdrawals } from './relay-withdrawals'
import { requestRevenueWithdrawal } from './request-revenue-withdrawal'
import { returnDeposit } from './return-deposit'

beforeAll(registerRelayers)
beforeEach(openScene)

describe('what is in the way', () => {
  test('a receive address short of USDC: nothing is signed, an alarm is open, and it is paid once there is enough', async () => {
    await emptyReceiveAddress()
    const refund = await askRefund({ isFunded: false })
    await relayWithdrawals()
    expect(await rowOf(refund.id)).toMatchObject({
      status: 'requested',
      nonce: null,
      signature: null,
      waiting_for: 'receive_address_short',
    })
    expect(await openAlarms(refund.id)).toEqual(['withdrawal_waits'])
    await chain.fund(receiveAddress(), AMOUNT)
    await round()
    await settle()
    await expectPaidOnce(refund)
  })

  test('enough for one of two: the second is not signed before the first is paid and there is more', async () => {
    await emptyReceiveAddress()
    const first = await askRefund()
    const second = await askRefund({ isFunded: false })
    await chain.client.setAutomine(false)
    await relayWithdrawals()
    await chain.client.setAutomine(true)
    const rows = [await rowOf(first.id), await rowOf(second.id)]
    expect(rows.map(({ waiting_for }) => waiting_for).sort()).toEqual([null, 'other_withdrawals'].sort())
    expect(rows.filter(({ nonce }) => nonce !== null)).toHaveLength(1)
    await settle()
    await chain.fund(receiveAddress(), AMOUNT)
    await settle()
    expect([await held(first.to), await held(second.to)]).toEqual([AMOUNT, AMOUNT])
  })

  test('a recipient that USDC blocked before the signature: the money is back at once', async () => {
    const refund = await askRefund()
    await setBlocked(refund.to, true)
    await relayWithdrawals()
    await expectReturned(refund, 'recipient_blocked')
    expect((await rowOf(refund.id)).nonce).toBeNull()
  })

  test('a recipient blocked after the signature: open with a note, and paid when the block ends', async () => {
    const refund = await askRefund()
    await signOnly()
    await setBlocked(refund.to, true)
    await round()
    const blocked = await rowOf(refund.id)
    expect(blocked.status).toBe('signed')
    expect(blocked.waiting_for).toMatch(/^would_revert: .*blacklisted/)
    expect(await sumAccounts('agent_balance', scene.agentId)).toBe(0n)
    await setBlocked(refund.to, false)
    await round()
    await settle()
    await expectPaidOnce(refund)
  })

  test('a recipient that stays blocked: the money is back only when the authorization is provably dead', async () => {
    const refund = await askRefund()
    await signOnly()
    await setBlocked(refund.to, true)
    await chain.client.increaseTime({ seconds: 3_700 })
    await chain.mine(1)
    await round()
    expect(await rowOf(refund.id)).toMatchObject({ status: 'signed', waiting_for: 'proof_of_expiry' })
    await chain.mine(5)
    await round()
    await expectReturned(refund, 'authorization_expired')
  })

  test('a paused token: nothing is signed while it lasts', async () => {
    const refund = await askRefund()
    await setTokenPaused(true)
    await relayWithdrawals()
    expect(await rowOf(refund.id)).toMatchObject({ status: 'requested', waiting_for: 'token_paused' })
    expect(await openAlarms(refund.id)).toEqual(['withdrawal_waits'])
    await setTokenPaused(false)
    await round()
    await settle()
    await expectPaidOnce(refund)
  })

  test('a token paused after the signature: open with a note, then paid', async () => {
    const refund = await askRefund()
    await signOnly()
    await setTokenPaused(true)
    await round()
    expect((await rowOf(refund.id)).waiting_for).toMatch(/^would_revert: .*paused/)
    await setTokenPaused(false)
    await settle()
    await expectPaidOnce(refund)
  })

  test('a receive address whose key no worker has: it waits with an alarm', async () => {
    const refund = await askRefund()
    await pool().query('update withdrawals set from_address = $2 where id = $1', [
      refund.id,
      storedAddress(newWallet()),
    ])
    await relayWithdrawals()
    expect(await rowOf(refund.id)).toMatchObject({ status: 'requested', waiting_for: 'treasury_key' })
    expect(await openAlarms(refund.id)).toEqual(['withdrawal_waits'])
    await pool().query('update withdrawals set from_address = $2 where id = $1', [
      refund.id,
      storedAddress(receiveAddress()),
    ])
    await round()
    await settle()
    await expectPaidOnce(refund)
  })

  test('a day’s gas that is spent: nothing is signed before the next day', async () => {
    const refund = await askRefund()
    await pool().query(
      `insert into workspace_gas_days (workspace_id, day, spent_wei) values ($1, (now() at time zone 'UTC')::date, $2)`,
      [scene.workspace.id, env().GAS_ALLOWANCE_WEI_PER_DAY],
    )
    await relayWithdrawals()
    expect(await rowOf(refund.id)).toMatchObject({
      status: 'requested',
      waiting_for: 'gas_allowance',
      nonce: null,
    })
    await pool().query('update workspace_gas_days set day = day - 1 where workspace_id = $1', [
      scene.workspace.id,
    ])
    await round()
    await settle()
    await expectPaidOnce(refund)
  })

  test('money that comes back to an agent that owes repays the debt first', async () => {
    const refund = await askRefund()
    await pool().query(
      `select ledger_post(ledger_account('owed', $1), ledger_account('receive_address', $2), $3, 'debt', 'debt:' || $1)`,
      [scene.agentId, storedAddress(receiveAddress()), 2n * USDC],
    )
    await setBlocked(refund.to, true)
    await relayWithdrawals()
    expect(await rowOf(refund.id)).toMatchObject({ status: 'failed' })
    expect(await sumAccounts('owed', scene.agentId)).toBe(0n)
    expect(await sumAccounts('agent_balance', scene.agentId)).toBe(AMOUNT - 2n * USDC)
    expect(await findUnbalanced()).toEqual([])
  })

  test('a returned revenue goes back to the accounts it came from, a returned deposit is nobody’s again', async () => {
    const payers = [scene.agentId, (await createTestAgent({ workspaceId: scene.workspace.id })).agentId]
    for (const payer of payers) await earnRevenue({ workspaceId: scene.workspace.id, payer, amount: AMOUNT })
    const balances = async () =>
      (
        await pool().query<{ balance: bigint }>(
          `select balance from ledger_accounts where kind = 'revenue' and owner = $1 order by id`,
          [scene.workspace.id],
        )
      ).rows
    const before = await balances()
    await chain.fund(receiveAddress(), 3n * AMOUNT)
    await requestRevenueWithdrawal({
      workspaceId: scene.workspace.id,
      amount: AMOUNT + USDC,
      actor: { address: scene.workspace.walletAddress, requestId: null },
      idempotencyKey: randomUUID(),
    })
    const admin = storedAddress(newWallet())
    env().INSTANCE_ADMINS.push(admin)
    const sender = newWallet()
    const depositId = await insertUnattributedDeposit({ sender, amount: AMOUNT })
    await returnDeposit({ depositId, actor: { address: admin, requestId: null } })
    await setBlocked(scene.workspace.walletAddress, true)
    await setBlocked(sender, true)
    await relayWithdrawals()
    expect(await balances()).toEqual(before)
    expect(await sumAccounts('refunds')).toBe(0n)
    const { rows } = await pool().query('select status from deposits where id = $1', [depositId])
    expect(rows).toEqual([{ status: 'unattributed' }])
    await setBlocked(sender, false)
    const again = await returnDeposit({ depositId, actor: { address: admin, requestId: null } })
    await relayWithdrawals()
    await settle()
    expect(await rowOf(again.withdrawalId)).toMatchObject({ status: 'confirmed' })
    expect(await held(sender)).toBe(AMOUNT)
  })

  test('an authorization that the treasury key cancelled: the money is back once that is final', async () => {
    const refund = await askRefund()
    await signOnly()
    const { nonce } = await rowOf(refund.id)
    const treasury = privateKeyToAccount(env().TREASURY_PRIVATE_KEY as `0x${string}`)
    const signature = await treasury.signTypedData({
      domain: { name: 'USD Coin', version: '2', chainId: 31337, verifyingContract: env().USDC_ADDRESS },
      types: {
        CancelAuthorization: [
          { name: 'authorizer', type: 'address' },
          { name: 'nonce', type: 'bytes32' },
        ],
      },
      primaryType: 'CancelAuthorization',
      message: { authorizer: treasury.address, nonce: nonce ?? '0x' },
    })
    await chain.client.writeContract({
      ...usdc(),
      account: localAdminAddress,
      functionName: 'cancelAuthorization',
      args: [treasury.address, nonce ?? '0x', signature],
    })
    await round()
    expect(await rowOf(refund.id)).toMatchObject({ status: 'signed', waiting_for: 'proof_of_cancellation' })
    await chain.mine(5)
    await round()
    await expectReturned(refund, 'authorization_cancelled')
  })
})
