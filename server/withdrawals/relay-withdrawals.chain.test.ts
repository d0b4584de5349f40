import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import {
  AMOUNT,
  askRefund,
  chain,
  expectPaidOnce,
  expectReturned,
  held,
  newWallet,
  openAlarms,
  openScene,
  outlive,
  receiveAddress,
  round,
  rowOf,
  scene,
  settle,
  signOnly,
  usdc,
  withFault,
} from '@/test/harness/withdrawal-scene'
import { earnRevenue, insertUnattributedDeposit, sumAccounts } from '@/test/harness/withdrawals'
import { relayWithdrawals } from './relay-withdrawals'
import { requestRevenueWithdrawal } from './request-revenue-withdrawal'
import { returnDeposit } from './return-deposit'

beforeAll(registerRelayers)
beforeEach(openScene)

describe('a withdrawal', () => {
  test('of unspent balance is signed, sent, confirmed at three blocks and watched until it is final', async () => {
    const refund = await askRefund()
    await relayWithdrawals()
    expect(await rowOf(refund.id)).toMatchObject({ status: 'broadcasting' })
    expect(await held(refund.to)).toBe(AMOUNT)
    expect(await sumAccounts('refunds')).toBe(AMOUNT)
    await settle()
    await expectPaidOnce(refund)
    const { rows } = await pool().query(
      `select kind from ledger_transfers where reference = $1 order by id`,
      [refund.id],
    )
    expect(rows).toEqual([{ kind: 'withdrawal' }, { kind: 'withdrawal_paid' }])
  })

  test('of revenue goes to the workspace’s wallet', async () => {
    await earnRevenue({ workspaceId: scene.workspace.id, payer: scene.agentId, amount: AMOUNT })
    await chain.fund(receiveAddress(), AMOUNT)
    const view = await requestRevenueWithdrawal({
      workspaceId: scene.workspace.id,
      amount: AMOUNT,
      actor: { address: scene.workspace.walletAddress, requestId: null },
      idempotencyKey: randomUUID(),
    })
    await relayWithdrawals()
    await settle()
    expect(await rowOf(view.withdrawalId)).toMatchObject({ status: 'confirmed' })
    expect(await held(scene.workspace.walletAddress)).toBe(AMOUNT)
    expect(await sumAccounts('revenue', scene.workspace.id)).toBe(0n)
  })

  test('of a deposit that is nobody’s goes back to its sender', async () => {
    const admin = storedAddress(newWallet())
    env().INSTANCE_ADMINS.push(admin)
    const sender = newWallet()
    await chain.fund(receiveAddress(), AMOUNT)
    const depositId = await insertUnattributedDeposit({ sender, amount: AMOUNT })
    await returnDeposit({ depositId, actor: { address: admin, requestId: null } })
    await relayWithdrawals()
    await settle()
    expect(await held(sender)).toBe(AMOUNT)
    expect(await sumAccounts('refunds')).toBe(0n)
  })

  test('of eight workers at once is paid once', async () => {
    const refund = await askRefund()
    await Promise.all(Array.from({ length: 8 }, () => relayWithdrawals()))
    await settle()
    await expectPaidOnce(refund)
  })

  test('that a stranger sends first is confirmed with the stranger’s hash', async () => {
    const refund = await askRefund()
    await signOnly()
    const { nonce, valid_before, signature } = await rowOf(refund.id)
    if (!nonce || !valid_before || !signature) throw new Error('not signed')
    const stranger = newWallet()
    await chain.fund(stranger, 0n)
    const hash = await chain.client.writeContract({
      ...usdc(),
      account: stranger,
      functionName: 'transferWithAuthorization',
      args: [receiveAddress(), refund.to, AMOUNT, 0n, valid_before, nonce, signature],
    })
    await settle()
    await expectPaidOnce(refund)
    expect((await rowOf(refund.id)).tx_hash).toBe(hash)
  })
})

describe('a reorganisation', () => {
  test('before the confirmation sends the same bytes again', async () => {
    const refund = await askRefund()
    await relayWithdrawals()
    await trackRelays()
    const { tx_hash: hash } = await rowOf(refund.id)
    await chain.reorg(1)
    expect(await held(refund.to)).toBe(0n)
    await settle()
    await expectPaidOnce(refund)
    expect((await rowOf(refund.id)).tx_hash).toBe(hash)
  })

  async function confirmNotFinal() {
    const refund = await askRefund()
    await relayWithdrawals()
    await chain.mine(3)
    await trackRelays()
    await withFault(
      {
        event: 'update',
        table: 'withdrawals',
        when: 'new.finalized_at is not null and old.finalized_at is null',
      },
      round,
    )
    expect(await rowOf(refund.id)).toMatchObject({ status: 'confirmed', finalized_at: null })
    return refund
  }

  test('after the confirmation raises an alarm, sends the same bytes again and pays once', async () => {
    const refund = await confirmNotFinal()
    const { tx_hash: hash } = await rowOf(refund.id)
    await chain.client.setAutomine(false)
    await chain.reorg(4)
    await trackRelays()
    await round()
    expect(await openAlarms(refund.id)).toEqual(['withdrawal_reorganised'])
    expect(await rowOf(refund.id)).toMatchObject({ status: 'confirmed', finalized_at: null })
    await chain.client.setAutomine(true)
    await settle()
    await expectPaidOnce(refund)
    expect((await rowOf(refund.id)).tx_hash).toBe(hash)
  })

  test('after the confirmation, and nobody sends it in time, gives the money back', async () => {
    const refund = await confirmNotFinal()
    await chain.reorg(4)
    await outlive()
    await round()
    await expectReturned(refund, 'authorization_expired')
  })
})
