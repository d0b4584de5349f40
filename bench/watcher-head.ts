import { encodeFunctionData } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { startWatcher } from '@/server/watcher'
import { openChain, testAddress } from '../test/harness/chain'
import { until } from '../test/harness/until'
import { type BenchRow, percentile } from './bench-row'

const BLOCKS = 25
const BLOCK_SECONDS = 1
const GOAL_MILLISECONDS = 250

/**
 * Milliseconds from the moment the node has a block with a deposit to its pending row, on a chain with steady blocks of one
 * second. Both are asked for every 10 ms, so a figure is right to about that.
 */
export async function benchWatcherHead(): Promise<BenchRow[]> {
  const chain = openChain()
  const account = testAddress(900)
  await chain.fund(account, 10n ** 12n)
  await chain.approve(account)
  await chain.client.setAutomine(false)
  await chain.client.setIntervalMining({ interval: BLOCK_SECONDS })
  const watcher = startWatcher({ times: { blockMilliseconds: BLOCK_SECONDS * 1000 } })
  const data = encodeFunctionData({ abi: luxxonSettlementAbi, functionName: 'deposit', args: [1n] })
  const delays: number[] = []
  // The first two blocks only let the watcher find the rhythm.
  for (let block = -2; block < BLOCKS; block += 1) {
    const hash = await chain.client.sendTransaction({ account, to: env().SETTLEMENT_ADDRESS, data })
    await until('the deposit is mined', () => chain.client.getTransactionReceipt({ hash }).catch(() => null))
    const mined = performance.now()
    await until('the deposit is visible', async () => {
      const { rows } = await pool().query('select 1 from pending_events where tx_hash = $1', [hash])
      return rows.length > 0
    })
    if (block >= 0) delays.push(performance.now() - mined)
  }
  await watcher.stop()
  await chain.client.setIntervalMining({ interval: 0 })
  await chain.client.setAutomine(true)
  const [median, slow] = [percentile(delays, 0.5), percentile(delays, 0.99)]
  return [
    {
      name: 'block to visible event',
      measured: `p50 ${Math.round(median)} ms, p99 ${Math.round(slow)} ms`,
      limit: '–',
      goal: `p99 ≤ ${GOAL_MILLISECONDS} ms`,
      isMet: slow <= GOAL_MILLISECONDS,
    },
  ]
}
