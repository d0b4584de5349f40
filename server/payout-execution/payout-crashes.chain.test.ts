import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'

const MINUTES = 120_000

// Between this process and its node, before anything reads the environment: it can swallow the answer to a transaction.
const node = process.env.RPC_URL ?? ''
const line = { losesAnswers: false }
const proxy = createProxy()
await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
process.env.RPC_URL = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`

const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, historyOf, openScene, round, rowOf, settle, withFault } =
  await import('@/test/harness/payout-scene')
const { claimDuePayouts } = await import('./due-payout-repository')
const { advanceDuePayouts } = await import('./advance-payouts')

beforeAll(registerRelayers)
beforeEach(() => openScene())
afterAll(() => {
  proxy.closeAllConnections()
  proxy.close()
})

function createProxy(): Server {
  return createServer(async (request, response) => {
    const body = await text(request)
    const answer = await fetch(node, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const answered = await answer.text()
    if (line.losesAnswers && body.includes('eth_sendRawTransaction'))
      response.writeHead(502).end('bad gateway')
    else response.setHeader('content-type', 'application/json').end(answered)
  })
}

describe('a crash', () => {
  test.each([
    ['before the reservation', { event: 'update', table: 'payouts', when: "new.status = 'signing'" }],
    [
      'before the signature is stored',
      { event: 'update', table: 'payouts', when: "new.status = 'signed' and old.status = 'signing'" },
    ],
    ['before the transaction is stored', { event: 'insert', table: 'relayer_transactions' }],
    [
      'after sending, before it is known',
      { event: 'update', table: 'relayer_transactions', when: "new.status = 'sent'" },
    ],
    [
      'before the payout is known as broadcast',
      { event: 'update', table: 'payouts', when: "new.status = 'succeeded' and old.status = 'broadcasting'" },
    ],
    [
      'before it is known as mined',
      { event: 'update', table: 'relayer_transactions', when: "new.status = 'mined'" },
    ],
    [
      'before the confirmation is stored',
      { event: 'update', table: 'payouts', when: "new.status = 'confirmed'" },
    ],
    [
      'between the confirmation and its event',
      { event: 'insert', table: 'webhook_events', when: "new.type = 'payout.confirmed'" },
    ],
    [
      'before it is known as final',
      {
        event: 'update',
        table: 'payouts',
        when: 'new.finalized_at is not null and old.finalized_at is null',
      },
    ],
    [
      'before a lease is given back',
      { event: 'update', table: 'payouts', when: 'new.lease_until is null and old.lease_until is not null' },
    ],
  ])(
    '%s never pays twice and never loses the payout',
    async (_, fault) => {
      const payout = await ask()
      await withFault(fault, async () => {
        await advanceDuePayouts().catch(() => {})
        await chain.mine(3)
        await trackRelays().catch(() => {})
        await pool().query('update payouts set next_try_at = null where id = $1 and lease_until is null', [
          payout.id,
        ])
        await advanceDuePayouts().catch(() => {})
      })
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'of a worker that has claimed it leaves it to the next one, and the first can change nothing any more',
    async () => {
      const payout = await ask()
      const claimed = await claim()
      expect(claimed.map(({ id }) => id)).toEqual([payout.id])
      await advanceDuePayouts()
      expect((await rowOf(payout.id)).status).toBe('authorized')
      await round()
      expect((await rowOf(payout.id)).status).toBe('succeeded')
      const { movePayouts } = await import('./payout-step-repository')
      const [first] = claimed
      if (!first) throw new Error('nothing was claimed')
      expect(
        await movePayouts([{ payout: first, from: 'succeeded', to: 'failed', reason: 'tx_reverted' }]),
      ).toEqual([])
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test(
    'between storing and sending is made good with the stored bytes',
    async () => {
      const payout = await ask()
      await chain.client.setAutomine(false)
      await round()
      const { tx_hash: hash } = await rowOf(payout.id)
      await chain.client.dropTransaction({ hash: hash ?? '0x' })
      await pool().query(
        `update relayer_transactions set status = 'prepared', sent_at = null where hash = $1`,
        [hash],
      )
      await chain.client.setAutomine(true)
      await settle()
      await expectPaidOnce(payout)
      expect((await rowOf(payout.id)).tx_hash).toBe(hash)
    },
    MINUTES,
  )
})

const claim = () =>
  claimDuePayouts({
    ...{ chainId: 31337, limit: 10, watchLimit: 10, leaseSeconds: 20, timeoutSeconds: 600 },
    gasAllowance: 10n ** 18n,
  })

test(
  'a node that takes a transaction and answers 502: still broadcasting, and the same bytes are found paid',
  async () => {
    const payout = await ask()
    line.losesAnswers = true
    await round()
    line.losesAnswers = false
    expect(await rowOf(payout.id)).toMatchObject({ status: 'broadcasting' })
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'prepared' }])
    await settle()
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toHaveLength(1)
    expect(await historyOf(payout.id)).toContain('succeeded')
  },
  MINUTES,
)
