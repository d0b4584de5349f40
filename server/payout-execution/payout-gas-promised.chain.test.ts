// Gas that a signature was promised, and what would spend it before the payout is sent.
import { privateKeyToAccount } from 'viem/accounts'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { estimateRelayFees } from '@/server/chain'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers } from '@/server/relayer'
import {
  ask,
  chain,
  expectPaidOnce,
  openScene,
  round,
  rowOf,
  scene,
  settle,
  signOnly,
} from '@/test/harness/payout-scene'
import { expectConserved } from '@/test/harness/payout-workers'
import { advanceDuePayouts } from './advance-payouts'
import { payoutGasLimit } from './payout-authorization'
import { enterSigning } from './payout-step-repository'

const MINUTES = 180_000

beforeAll(registerRelayers)
beforeEach(() => openScene())

const relayer = () => privateKeyToAccount(env().RELAYER_PRIVATE_KEYS[0] as `0x${string}`).address

/** Leaves the relayer what so many halves of a payout cost; answers what puts back the rest. */
async function leaveGasFor({ halves }: { halves: bigint }): Promise<() => Promise<unknown>> {
  const [balance, { maxFeePerGas }] = await Promise.all([
    chain.client.getBalance({ address: relayer() }),
    estimateRelayFees(),
  ])
  await chain.client.setBalance({
    address: relayer(),
    value: (payoutGasLimit(1) * maxFeePerGas * halves) / 2n,
  })
  return () => chain.client.setBalance({ address: relayer(), value: balance })
}

test(
  'the relayer’s last gas goes to what another round has signed and not sent, not to a payout that comes after it',
  async () => {
    const signed = await ask()
    await signOnly()
    await openScene()
    const later = await ask()
    const refill = await leaveGasFor({ halves: 3n })
    await pool().query(`update payouts set lease_until = now() + interval '1 hour' where id = $1`, [
      signed.id,
    ])
    await advanceDuePayouts()
    expect(await rowOf(later.id)).toMatchObject({
      status: 'authorized',
      waiting_for: 'relayer_gas',
      signature: null,
    })
    await round()
    expect(await rowOf(signed.id)).toMatchObject({ status: 'succeeded' })
    await refill()
    await settle(4)
    expect(await expectConserved([signed, later])).toEqual({ confirmed: 2 })
  },
  MINUTES,
)

test(
  'of payouts of many workspaces that ask at once, as many are signed as the relayer can send',
  async () => {
    const asked = []
    for (let n = 0; n < 6; n += 1) {
      await openScene()
      asked.push(await ask())
    }
    const terms = {
      allowance: 10n ** 18n,
      each: 1_000n,
      keys: [{ relayer: '0xkey', minedNonce: 0n, balance: 3_999n }],
    }
    const outcomes = await Promise.all(
      asked.map(async ({ id }) => {
        const payout = { id, leaseVersion: 0, held: 10n ** 12n }
        const entered = await enterSigning([payout], { block: 10n ** 9n, paid: [], listed: [] }, terms)
        return entered.get(id)
      }),
    )
    expect(outcomes.sort()).toEqual([...Array(3).fill('relayer_gas'), ...Array(3).fill('signing')])
    await settle()
    expect(await expectConserved(asked)).toEqual({ confirmed: 6 })
  },
  MINUTES,
)

test(
  'a payout that is signed is sent, though something else has spent its workspace’s gas of the day since',
  async () => {
    const payout = await ask()
    await signOnly()
    const next = await ask()
    await pool().query(
      `insert into workspace_gas_days (workspace_id, day, spent_wei) values ($1, (now() at time zone 'UTC')::date, $2)`,
      [scene.workspace.id, env().GAS_ALLOWANCE_WEI_PER_DAY],
    )
    await settle()
    await expectPaidOnce(payout)
    expect(await rowOf(next.id)).toMatchObject({ status: 'authorized', waiting_for: 'gas_allowance' })
    await pool().query('update workspace_gas_days set spent_wei = 0')
    await settle()
    await expectPaidOnce(next)
  },
  MINUTES,
)
