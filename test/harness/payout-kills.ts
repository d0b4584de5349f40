// A worker that is killed at one round trip of a payout's life, and the next one that finishes what it left.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers } from '@/server/relayer'
import { type Boundary, startBoundaryProxies } from './boundary-proxies'
import { ask, chain, expectPaidOnce, openScene, settle } from './payout-scene'
import { expectConserved, killWorker, startPayoutWorker } from './payout-workers'
import { until } from './until'

/** A round trip that only asks leaves everything as it was: a kill behind it is the kill before the next one. */
type Trip = Omit<Boundary, 'when'> & { isRead?: boolean }

// Every round trip of a payout's life, in its order: those that write, and each method that is asked.
const TRIPS: [name: string, trip: Trip][] = [
  ['claiming what is due', { side: 'database', matches: /payout_claim_due/ }],
  ['reading what the wallet holds', { side: 'chain', matches: /"eth_call"/, isRead: true }],
  ['reserving', { side: 'database', matches: /payout_enter_signing_batch/ }],
  ['storing the signature', { side: 'database', matches: /payout_store_signatures/ }],
  ['asking for the final block', { side: 'chain', matches: /"finalized"/, isRead: true }],
  ['asking for the relayer’s nonce', { side: 'chain', matches: /"eth_getTransactionCount"/, isRead: true }],
  ['storing the transaction', { side: 'database', matches: /relay_prepare_payouts/ }],
  ['sending the transaction', { side: 'chain', matches: /"eth_sendRawTransaction"/ }],
  ['recording that it was sent', { side: 'database', matches: /set status = 'sent'/ }],
  ['recording that it is on its way', { side: 'database', matches: /payout_move_batch[\s\S]*succeeded/ }],
  ['asking for its receipt', { side: 'chain', matches: /"eth_getTransactionReceipt"/, isRead: true }],
  ['recording that it is mined', { side: 'database', matches: /set status = 'mined'/ }],
  ['asking for its logs', { side: 'chain', matches: /"eth_getLogs"/, isRead: true }],
  ['recording the confirmation', { side: 'database', matches: /payout_move_batch[\s\S]*confirmed/ }],
  ['recording how deep it is', { side: 'database', matches: /set tx_hash = r\.tx_hash/ }],
  ['giving back the lease', { side: 'database', matches: /set lease_until = null, waiting_for/ }],
]

/** A test for each round trip. They start a process each, so that the two sides of the kill are files of their own. */
export async function testKills(when: Boundary['when']): Promise<void> {
  const proxies = await startBoundaryProxies({ databaseUrl: env().DATABASE_URL, rpcUrl: env().RPC_URL })
  afterAll(() => proxies.stop())
  beforeAll(registerRelayers)
  beforeEach(() => openScene())

  test.each(TRIPS.filter(([, { isRead }]) => when === 'before' || !isRead))(
    `kill -9 right ${when} %s: the next one finishes, and each is paid once`,
    async (_, { side, matches }) => {
      const payouts = [await ask(), await ask()]
      const worker = startPayoutWorker({ DATABASE_URL: proxies.databaseUrl, RPC_URL: proxies.rpcUrl })
      proxies.arm({ side, matches, when }, () => worker.process.kill('SIGKILL'))
      await until(
        'it is killed there',
        async () => {
          await chain.mine(1)
          await pool().query('update payouts set next_try_at = null where next_try_at is not null')
          return worker.process.signalCode === 'SIGKILL'
        },
        120,
      )
      await killWorker(worker)
      await settle(4)
      for (const payout of payouts) await expectPaidOnce(payout)
      expect(await expectConserved(payouts)).toEqual({ confirmed: 2 })
    },
    240_000,
  )
}
