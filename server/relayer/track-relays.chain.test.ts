import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { interposeRpc } from '@/test/harness/interpose-rpc'

const MINUTES = 120_000

const line = await interposeRpc()
const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, openScene, round, settle } = await import(
  '@/test/harness/payout-scene'
)

beforeAll(registerRelayers)
beforeEach(() => openScene())
afterAll(() => line.stop())

test(
  'a reorganisation between counting the mined nonces and asking for the receipt: the bytes are not given up, and are sent again',
  async () => {
    const payout = await ask()
    await round()
    line.interpose = async (method, askNode) => {
      if (method !== 'eth_getTransactionCount') return null
      line.interpose = null
      const counted = await askNode()
      await chain.reorg(1)
      return counted
    }
    await trackRelays()
    expect(line.interpose).toBeNull()
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'sent' }])
    await pool().query(
      `update relayer_transactions set sent_at = sent_at - interval '15 seconds' where status = 'sent'`,
    )
    await trackRelays()
    await settle()
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toHaveLength(1)
  },
  MINUTES,
)

test.each([
  ['was mined longer ago than anybody looks back', `mined_at = now() - interval '10 minutes'`],
  ['was given up', `status = 'dropped'`],
  ['counts as replaced by other bytes', `status = 'replaced'`],
])(
  'a transaction that %s and is reorganised away holds up nothing: its bytes are sent again as soon as another is behind it',
  async (_, change) => {
    const first = await ask()
    await round()
    await trackRelays()
    expect(await hashesOf(first.id)).toMatchObject([{ status: 'mined' }])
    await pool().query(
      `update relayer_transactions set ${change} where hash = (select tx_hash from payouts where id = $1)`,
      [first.id],
    )
    await chain.reorg(1)
    const second = await ask()
    await round()
    await settle()
    await expectPaidOnce(first)
    await expectPaidOnce(second)
    expect(await hashesOf(second.id)).toMatchObject([{ status: 'mined' }])
  },
  MINUTES,
)
