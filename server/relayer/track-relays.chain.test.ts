import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'

const MINUTES = 120_000

// Between this process and its node, before anything reads the environment: what happens right after the node has counted the mined nonces.
const node = process.env.RPC_URL ?? ''
const line: { afterCount: (() => Promise<unknown>) | null } = { afterCount: null }
const proxy = createServer(async (request, response) => {
  const body = await text(request)
  const answer = await fetch(node, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const answered = await answer.text()
  if (body.includes('eth_getTransactionCount')) {
    const happen = line.afterCount
    line.afterCount = null
    await happen?.()
  }
  response.setHeader('content-type', 'application/json').end(answered)
})
await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
process.env.RPC_URL = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`

const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, openScene, round, settle } = await import(
  '@/test/harness/payout-scene'
)

beforeAll(registerRelayers)
beforeEach(() => openScene())
afterAll(() => {
  proxy.closeAllConnections()
  proxy.close()
})

test(
  'a reorganisation between counting the mined nonces and asking for the receipt: the bytes are not given up, and are sent again',
  async () => {
    const payout = await ask()
    await round()
    line.afterCount = () => chain.reorg(1)
    await trackRelays()
    expect(line.afterCount).toBeNull()
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
