import { privateKeyToAccount } from 'viem/accounts'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { estimateRelayFees } from '@/server/chain'
import { checkPayouts } from '@/server/checker'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { testAddress } from '@/test/harness/chain'
import {
  type AskedPayout,
  ask,
  chain,
  expectEnded,
  expectPaidOnce,
  hashesOf,
  held,
  openAlarms,
  openScene,
  outlive,
  round,
  rowOf,
  scene,
  setBlocked,
  setTokenPaused,
  settle,
  signOnly,
} from '@/test/harness/payout-scene'
import { expectConserved } from '@/test/harness/payout-workers'
import { payoutGasLimit } from './payout-authorization'

beforeAll(registerRelayers)
beforeEach(() => openScene())

const relayer = () => privateKeyToAccount(env().RELAYER_PRIVATE_KEYS[0] as `0x${string}`).address

/** As if so many seconds had passed since the relayer last sent anything. */
async function waitSeconds(seconds: number) {
  await pool().query(
    `update relayer_transactions set sent_at = sent_at - make_interval(secs => $1) where status in ('prepared', 'sent') and sent_at is not null`,
    [seconds],
  )
}

describe('the relayer', () => {
  test('without gas: payouts wait unsigned with a reason, for longer than a signature lives, and go on when it has some', async () => {
    const balance = await chain.client.getBalance({ address: relayer() })
    await chain.client.setBalance({ address: relayer(), value: 0n })
    const payouts = [await ask(), await ask()]
    await round()
    for (const { id } of payouts) {
      expect(await rowOf(id)).toMatchObject({
        status: 'authorized',
        waiting_for: 'relayer_gas',
        signature: null,
      })
      expect(await openAlarms(id)).toEqual(['payout_waits'])
    }
    await outlive()
    await round()
    await chain.client.setBalance({ address: relayer(), value: balance })
    await settle(4)
    expect(await expectConserved(payouts)).toEqual({ confirmed: 2 })
  })

  test('with gas for two of three: two are paid, the third waits unsigned', async () => {
    const balance = await chain.client.getBalance({ address: relayer() })
    const { maxFeePerGas } = await estimateRelayFees()
    await chain.client.setBalance({
      address: relayer(),
      value: (payoutGasLimit(1) * maxFeePerGas * 5n) / 2n,
    })
    const payouts = [await ask(), await ask(), await ask()]
    await round()
    const rows = await Promise.all(payouts.map(({ id }) => rowOf(id)))
    expect(rows.map(({ status, waiting_for }) => [status, waiting_for])).toEqual([
      ['succeeded', null],
      ['succeeded', null],
      ['authorized', 'relayer_gas'],
    ])
    await chain.client.setBalance({ address: relayer(), value: balance })
    await settle(4)
    expect(await expectConserved(payouts)).toEqual({ confirmed: 3 })
  })

  test('whose gas is gone between signature and sending: what is signed waits, and is sent when it has some', async () => {
    const balance = await chain.client.getBalance({ address: relayer() })
    const payouts = [await ask(), await ask()]
    await signOnly()
    await chain.client.setBalance({ address: relayer(), value: 0n })
    await round()
    for (const { id } of payouts) {
      expect(await rowOf(id)).toMatchObject({ status: 'signed', waiting_for: 'relayer_gas' })
    }
    await chain.client.setBalance({ address: relayer(), value: balance })
    await settle(4)
    expect(await expectConserved(payouts)).toEqual({ confirmed: 2 })
  })

  test('whose transaction every node has forgotten sends the same bytes again, and those behind it follow', async () => {
    await chain.client.setAutomine(false)
    const first = await ask()
    await round()
    const second = await ask()
    await round()
    const [sent] = await hashesOf(first.id)
    await chain.client.dropTransaction({ hash: sent?.hash ?? '0x' })
    await chain.client.setAutomine(true)
    await chain.mine(1)
    expect(await held(second.to)).toBe(0n)
    await waitSeconds(12)
    await settle(4)
    expect(await expectConserved([first, second])).toEqual({ confirmed: 2 })
    expect((await rowOf(first.id)).tx_hash).toBe(sent?.hash)
  })

  test('whose fee is three times too low: it is raised by at least a tenth, and one of the attempts pays', async () => {
    await chain.client.setAutomine(false)
    const payout = await ask()
    await round()
    const { rows: sent } = await pool().query<{ fee: bigint }>(
      `select t.max_fee_per_gas as fee from payout_relays r join relayer_transactions t using (chain_id, relayer, nonce)
        where r.payout_row_id = $1`,
      [payout.id],
    )
    await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: (sent[0]?.fee ?? 0n) * 3n })
    await chain.mine(1)
    for (let bumps = 0; bumps < 40 && (await held(payout.to)) === 0n; bumps += 1) {
      await waitSeconds(25)
      await trackRelays()
      await chain.mine(1)
    }
    await chain.client.setAutomine(true)
    await settle(4)
    await expectPaidOnce(payout)
    const { rows } = await pool().query<{ fee: bigint; tip: bigint }>(
      `select t.max_fee_per_gas as fee, t.max_priority_fee_per_gas as tip from payout_relays r
         join relayer_transactions t using (chain_id, relayer, nonce) where r.payout_row_id = $1 order by t.created_at`,
      [payout.id],
    )
    expect(rows.length).toBeGreaterThan(1)
    for (const [index, { fee, tip }] of rows.entries()) {
      const before = rows[index - 1]
      if (!before) continue
      expect(fee * 10n).toBeGreaterThanOrEqual(before.fee * 11n)
      expect(tip * 10n).toBeGreaterThanOrEqual(before.tip * 11n)
    }
    expect(await expectConserved([payout])).toEqual({ confirmed: 1 })
  })
})

/** What anybody could still do with a signature that has been seen. */
async function trySignature({ id, to, amount }: AskedPayout): Promise<string> {
  const { from_address: from, nonce, valid_before: validBefore, signature } = await rowOf(id)
  const stranger = testAddress(4_242)
  await chain.fund(stranger, 0n)
  return chain
    .sendAuthorization(stranger, {
      ...{ from, to, value: amount, validBefore: validBefore ?? 0n },
      ...{ nonce: nonce ?? '0x', signature: signature ?? '0x' },
    })
    .then(
      () => 'paid',
      (error: Error) => error.message,
    )
}

describe('a signature that cannot be used', () => {
  const obstacles: [
    what: string,
    begin: (payout: AskedPayout) => Promise<unknown>,
    end: (payout: AskedPayout) => Promise<unknown>,
  ][] = [
    ['a paused token', () => setTokenPaused(true), () => setTokenPaused(false)],
    ['a blocked recipient', ({ to }) => setBlocked(to, true), ({ to }) => setBlocked(to, false)],
    [
      'a wallet that was emptied',
      async () => chain.transfer(scene.wallet, testAddress(5_555), await held(scene.wallet)),
      () => chain.fund(scene.wallet, 1_000_000_000n),
    ],
  ]
  test.each(obstacles)(
    '%s: the budget is held until a final block is past its validity, and the end of the obstacle pays nobody by surprise',
    async (what, begin, end) => {
      const payout = await ask()
      await signOnly()
      await begin(payout)
      await round()
      expect((await rowOf(payout.id)).waiting_for).toMatch(/^would_revert/)
      await chain.client.increaseTime({ seconds: 3_700 })
      await chain.mine(1)
      await round()
      expect((await rowOf(payout.id)).status).toBe('signed')
      const { findings } = await checkPayouts()
      expect(findings.filter(({ isViolation }) => isViolation).map(({ kind }) => kind)).toEqual(
        what === 'a wallet that was emptied' ? ['payout_unknown_spend'] : [],
      )
      await outlive()
      await settle(2)
      await expectEnded(payout, 'authorization_expired')
      await end(payout)
      expect(await trySignature(payout)).not.toBe('paid')
      await settle(2)
      await expectEnded(payout, 'authorization_expired')
    },
  )
})
