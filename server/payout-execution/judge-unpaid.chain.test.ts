import { beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { ask, chain, openScene, round } from '@/test/harness/payout-scene'
import { type Decisions, isSigned, type SignedPayout } from './due-payout'
import { claimDuePayouts } from './due-payout-repository'
import { judgeUnpaid } from './judge-unpaid'

const MINUTES = 120_000

beforeAll(registerRelayers)
beforeEach(() => openScene())

/** Its transaction is recorded as mined, and it was looked at before: it seemed to be gone from the chain. */
async function askMined(): Promise<{ payout: SignedPayout; block: bigint }> {
  const { id } = await ask()
  await round()
  await trackRelays()
  await pool().query('update payouts set next_try_at = null, lease_until = null where id = $1', [id])
  const due = await claimDuePayouts({
    ...{ chainId: env().NETWORK.chainId, limit: 10, watchLimit: 10, leaseSeconds: 0, timeoutSeconds: 600 },
    gasAllowance: env().GAS_ALLOWANCE_WEI_PER_DAY,
  })
  const payout = due.filter(isSigned).find((one) => one.id === id)
  const hash = payout?.relays.mined[0]
  if (!payout || !hash) throw new Error('its transaction was not mined')
  const { blockNumber } = await chain.client.getTransactionReceipt({ hash })
  return { payout: { ...payout, waitingFor: 'reorganised' }, block: blockNumber }
}

/** What is said of an authorization that a node at `block` shows unused. */
async function judgeAt(payout: SignedPayout, block: bigint) {
  const decisions: Decisions = new Map()
  const now = BigInt(Math.floor(Date.now() / 1_000))
  const { sendable } = await judgeUnpaid(
    [{ payout, isUsedAtFinal: false }],
    { now, finalTime: now, block },
    decisions,
  )
  return { isSendable: sendable.length === 1, waitingFor: decisions.get(payout.id) }
}

test(
  'a node that is behind the block of a payment never makes it count as reverted, however often it is asked',
  async () => {
    const { payout, block } = await askMined()
    const waits = expect.objectContaining({ isOpen: true, waitingFor: 'reorganised' })
    expect(await judgeAt(payout, block - 1n)).toEqual({ isSendable: false, waitingFor: waits })
    expect(await judgeAt(payout, block)).toMatchObject({ isSendable: true })
  },
  MINUTES,
)

test(
  'nor when that node does not know its transaction; one that is gone at the second look, from a chain as long, is sent again',
  async () => {
    const { payout, block } = await askMined()
    await chain.reorg(1)
    await chain.client.setAutomine(false)
    for (const hash of payout.relays.mined) await chain.client.dropTransaction({ hash }).catch(() => {})
    expect(await judgeAt(payout, block - 1n)).toMatchObject({ isSendable: false })
    expect(await judgeAt({ ...payout, waitingFor: null }, block)).toMatchObject({ isSendable: false })
    expect(await judgeAt(payout, block)).toMatchObject({ isSendable: true })
    await chain.client.setAutomine(true)
  },
  MINUTES,
)
