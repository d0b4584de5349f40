import { encodeFunctionData } from 'viem'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { usdcAbi } from '@/domain/abi/usdc'
import { localAdminAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers } from '@/server/relayer'
import {
  AMOUNT,
  ask,
  chain,
  expectEnded,
  expectPaidOnce,
  hashesOf,
  mandateOf,
  openScene,
  outlive,
  round,
  rowOf,
  scene,
  setBlocked,
  settle,
  signOnly,
} from '@/test/harness/payout-scene'
import { payoutGasLimit } from './payout-authorization'

const MINUTES = 120_000

beforeAll(registerRelayers)
beforeEach(() => openScene())

describe('a batch', () => {
  const askFive = async () => [await ask(), await ask(), await ask(), await ask(), await ask()]

  test(
    'of five is one transaction, and each is confirmed by its own logs',
    async () => {
      const payouts = await askFive()
      await round()
      const rows = await Promise.all(payouts.map(({ id }) => rowOf(id)))
      expect(rows.map(({ status }) => status)).toEqual(Array(5).fill('succeeded'))
      const [hash, ...others] = new Set(rows.map((row) => row.tx_hash))
      expect(others).toEqual([])
      const { gasUsed } = await chain.client.getTransactionReceipt({ hash: hash ?? '0x' })
      // A gas limit that is too near would let an item run out of gas while the transaction succeeds.
      expect(gasUsed * 13n).toBeLessThan(payoutGasLimit(5) * 10n)
      await settle()
      for (const payout of payouts) await expectPaidOnce(payout)
      expect(await mandateOf(scene.mandateId)).toEqual({ spent: 5n * AMOUNT, pending: 0n })
    },
    MINUTES,
  )

  test(
    'leaves out a recipient that USDC blocked: four are paid, the fifth is given back only when it is provably dead',
    async () => {
      const [blocked, ...others] = await askFive()
      if (!blocked) throw new Error('no payout')
      await signOnly()
      await setBlocked(blocked.to, true)
      await settle()
      for (const payout of others) await expectPaidOnce(payout)
      expect((await rowOf(blocked.id)).waiting_for).toMatch(/^would_revert: .*blacklisted/)
      await chain.client.increaseTime({ seconds: 3_700 })
      await chain.mine(1)
      await round()
      expect(await rowOf(blocked.id)).toMatchObject({ status: 'signed', waiting_for: 'proof_of_expiry' })
      expect((await mandateOf(scene.mandateId)).pending).toBe(AMOUNT)
      await chain.mine(5)
      await round()
      await expectEnded(blocked, 'authorization_expired')
      expect(await mandateOf(scene.mandateId)).toEqual({ spent: 4n * AMOUNT, pending: 0n })
    },
    MINUTES,
  )

  test(
    'whose item fails on the chain pays the others; that item is sent alone with the same authorization once it can succeed',
    async () => {
      const payouts = await askFive()
      const [blocked, ...others] = payouts
      if (!blocked) throw new Error('no payout')
      await sendThenBlock(blocked.to)
      await settle()
      for (const payout of others) await expectPaidOnce(payout)
      const before = await rowOf(blocked.id)
      expect(before.status).toBe('succeeded')
      expect(before.waiting_for).toMatch(/^would_revert: .*blacklisted/)
      await setBlocked(blocked.to, false)
      await settle()
      await expectPaidOnce(blocked)
      const after = await rowOf(blocked.id)
      expect([after.nonce, after.signature]).toEqual([before.nonce, before.signature])
      expect(await hashesOf(blocked.id)).toHaveLength(2)
    },
    MINUTES,
  )

  test(
    'whose item failed and stays blocked keeps its budget until a final block, even past the time-out, and then says so',
    async () => {
      const payout = await ask()
      await sendThenBlock(payout.to)
      await settle()
      await pool().query(`update payouts set executed_at = now() - interval '1 hour' where id = $1`, [
        payout.id,
      ])
      await round()
      expect(await rowOf(payout.id)).toMatchObject({ status: 'succeeded' })
      expect((await mandateOf(scene.mandateId)).pending).toBe(AMOUNT)
      await outlive()
      await round()
      await expectEnded(payout, 'tx_reverted')
    },
    MINUTES,
  )

  test(
    'for two workspaces charges each its share of the gas',
    async () => {
      const first = [await ask(), await ask(), await ask()]
      const firstId = scene.workspace.id
      await openScene()
      const second = await ask()
      await round()
      const hashes = new Set(
        (await Promise.all([...first, second].map(({ id }) => rowOf(id)))).map((row) => row.tx_hash),
      )
      expect(hashes.size).toBe(1)
      await settle()
      const gas = async (workspaceId: string) =>
        (
          await pool().query<{ spent_wei: bigint; reserved_wei: bigint }>(
            'select spent_wei, reserved_wei from workspace_gas_days where workspace_id = $1',
            [workspaceId],
          )
        ).rows[0]
      const [three, one] = [await gas(firstId), await gas(scene.workspace.id)]
      const { rows } = await pool().query<{ fee_wei: bigint }>(
        'select fee_wei from relayer_transactions where hash = $1',
        [[...hashes][0]],
      )
      const fee = rows[0]?.fee_wei ?? 0n
      expect(three?.spent_wei).toBe((fee * 3n + 3n) / 4n)
      expect(one?.spent_wei).toBe((fee + 3n) / 4n)
      expect([three?.reserved_wei, one?.reserved_wei]).toEqual([0n, 0n])
    },
    MINUTES,
  )
})

/** A round whose transaction is mined only behind one that blocks the recipient. */
async function sendThenBlock(recipient: `0x${string}`) {
  await chain.client.setAutomine(false)
  await round()
  await chain.client.sendTransaction({
    account: localAdminAddress,
    to: env().USDC_ADDRESS,
    data: encodeFunctionData({ abi: usdcAbi, functionName: 'blacklist', args: [recipient] }),
    gas: 100_000n,
    maxPriorityFeePerGas: 50_000_000_000n,
    maxFeePerGas: 90_000_000_000n,
  })
  await chain.mine(1)
  await chain.client.setAutomine(true)
}
