import { setTimeout as sleep } from 'node:timers/promises'
import { encodeFunctionData, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { usdcAbi } from '@/domain/abi/usdc'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { wakeWorker } from '@/server/core/wake-worker'
import { advancePayouts } from '@/server/payout-execution'
import { trackRelays } from '@/server/relayer'
import { startJobs } from '@/server/worker/start-jobs'
import { openChain } from '../test/harness/chain'
import { randomAddress } from '../test/harness/factories'
import { until } from '../test/harness/until'
import {
  AMOUNT,
  authorizePayouts,
  countPayouts,
  openRelayedPayer,
  type WorkspacePayer,
} from './authorized-payouts'
import { type BenchRow, percentile } from './bench-row'

const RAW = 1_000
const PAYOUTS = 2_000
const LATENCIES = 100
/** Three times a payment service's 65 in a block of two seconds. */
const GOAL_PER_SECOND = 98
// Anvil's ninth development key: worthless elsewhere.
const RAW_KEY = '0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97'

/** Payouts from authorized to broadcast and confirmed beside a raw sender of presigned transactions, on blocks of one second. */
export async function benchPayoutExecution(): Promise<BenchRow[]> {
  const chain = openChain()
  const payer = await openRelayedPayer(chain)
  const latencies = await measureLatency(payer)
  await chain.client.setAutomine(false)
  await chain.client.setIntervalMining({ interval: 1 })
  const raw = await measureRaw(chain)
  const { succeeded, confirmed, gas } = await measurePayouts(chain, payer)
  await chain.client.setIntervalMining({ interval: 0 })
  await chain.client.setAutomine(true)
  const single = await gasOfOne(chain, payer)
  const [median, slow] = [percentile(latencies, 0.5), percentile(latencies, 0.99)]
  return [
    {
      name: 'payouts authorized to broadcast, one relayer key',
      measured: `${Math.round(succeeded)} /s; confirmed ${Math.round(confirmed)} /s`,
      limit: `raw sender ${Math.round(raw)} tx/s`,
      goal: `≥ 0.25 × raw and ≥ ${GOAL_PER_SECOND} /s`,
      isMet: succeeded >= raw / 4 && succeeded >= GOAL_PER_SECOND,
    },
    {
      name: 'payout authorized to broadcast, idle',
      measured: `p50 ${Math.round(median)} ms, p99 ${Math.round(slow)} ms`,
      limit: '–',
      goal: 'p50 ≤ 60 ms, p99 ≤ 250 ms',
      isMet: median <= 60 && slow <= 250,
    },
    {
      name: 'gas of a payout in a batch',
      measured: `${Math.round(gas)}`,
      limit: `alone ${single}`,
      goal: '≤ 0.85 × alone',
      isMet: gas <= 0.85 * Number(single),
    },
  ]
}

type Chain = ReturnType<typeof openChain>
/** Milliseconds from the statement that authorizes to the node's acceptance, one payout at a time, by the worker's own jobs. */
async function measureLatency(payer: WorkspacePayer): Promise<number[]> {
  const jobs = await startJobs()
  for (let n = 0; n < LATENCIES; n += 1) {
    await authorizePayouts(payer, 1)
    wakeWorker('advance-payouts')
    await until('the payout is broadcast', async () => {
      const { rows } = await pool().query(
        `select 1 from payouts where status in ('authorized', 'signing', 'signed', 'broadcasting')`,
      )
      return rows.length === 0
    })
    await sleep(30)
  }
  await jobs.stop()
  const { rows } = await pool().query<{ ms: number }>(
    `select extract(epoch from t.sent_at - p.created_at)::float8 * 1000 as ms from payouts p
       join payout_relays r on r.payout_row_id = p.id join relayer_transactions t on t.hash = p.tx_hash
     order by p.created_at offset 5`,
  )
  return rows.map(({ ms }) => ms)
}

/** Presigned transfers of one key, sent as fast as the node takes them, until the last is mined. */
async function measureRaw(chain: Chain): Promise<number> {
  const account = privateKeyToAccount(RAW_KEY)
  await chain.client.setAutomine(true)
  await chain.fund(account.address, 10n ** 12n)
  await chain.client.setAutomine(false)
  await chain.client.setIntervalMining({ interval: 1 })
  const raw: Hex[] = []
  for (let nonce = 0; nonce < RAW; nonce += 1) {
    raw.push(
      await account.signTransaction({
        type: 'eip1559',
        chainId: 31337,
        nonce,
        to: env().USDC_ADDRESS,
        data: encodeFunctionData({
          abi: usdcAbi,
          functionName: 'transfer',
          args: [randomAddress(), AMOUNT],
        }),
        gas: 80_000n,
        maxFeePerGas: 10n ** 10n,
        maxPriorityFeePerGas: 10n ** 9n,
      }),
    )
  }
  const start = performance.now()
  for (let at = 0; at < RAW; at += 50) {
    const chunk = raw.slice(at, at + 50)
    await Promise.all(chunk.map((bytes) => chain.client.sendRawTransaction({ serializedTransaction: bytes })))
  }
  await until(
    'the last is mined',
    async () => (await chain.client.getTransactionCount({ address: account.address })) === RAW,
    120,
  )
  return RAW / ((performance.now() - start) / 1000)
}

async function measurePayouts(chain: Chain, payer: WorkspacePayer) {
  const before = await countPayouts('confirmed')
  await authorizePayouts(payer, PAYOUTS)
  const start = performance.now()
  let broadcastAt = 0
  const open = async () =>
    (await countPayouts('authorized')) +
    (await countPayouts('signing')) +
    (await countPayouts('signed')) +
    (await countPayouts('broadcasting'))
  for (;;) {
    await Promise.all([advancePayouts(), trackRelays()])
    if (broadcastAt === 0 && (await open()) === 0) broadcastAt = performance.now()
    if ((await countPayouts('confirmed')) - before >= PAYOUTS) break
    await sleep(50)
  }
  const end = performance.now()
  await trackRelays()
  const { rows } = await pool().query<{ hash: Hex; items: number }>(
    `select t.hash, count(*)::int as items from payout_relays r join relayer_transactions t using (chain_id, relayer, nonce)
     where t.status = 'mined' group by t.hash having count(*) > 50 limit 1`,
  )
  const batch = rows[0]
  const receipt = batch ? await chain.client.getTransactionReceipt({ hash: batch.hash }) : null
  return {
    succeeded: PAYOUTS / ((broadcastAt - start) / 1000),
    confirmed: PAYOUTS / ((end - start) / 1000),
    gas: batch && receipt ? Number(receipt.gasUsed) / batch.items : Number.NaN,
  }
}

async function gasOfOne(chain: Chain, payer: WorkspacePayer): Promise<bigint> {
  await authorizePayouts(payer, 1)
  await advancePayouts()
  const { rows } = await pool().query<{ hash: Hex }>(
    'select tx_hash as hash from payouts order by created_at desc limit 1',
  )
  const { gasUsed } = await until('the one payout is mined', async () => {
    await chain.mine(1)
    await trackRelays()
    return chain.client.getTransactionReceipt({ hash: rows[0]?.hash ?? '0x' }).catch(() => null)
  })
  return gasUsed
}
