// Two endpoints before one node, each of which can be cut off or be made to show another chain. Import before anything that reads the environment.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { startAnvil } from '../../scripts/chain/start-anvil'
import { startFaultyRpc } from './faulty-rpc'

export const node = process.env.RPC_URL ?? ''
export const first = await startFaultyRpc({ target: node, seed: 1 })
export const second = await startFaultyRpc({ target: node, seed: 1 })
process.env.RPC_URL = first.url
process.env.RPC_URL_SECOND = second.url

const { registerRelayers } = await import('@/server/relayer')
const { openChain } = await import('./chain')
const { chain, openScene, round, rowOf, USDC } = await import('./payout-scene')

/** One endpoint's word does not do for it. */
export const LARGE = 150n * USDC

const stops: (() => Promise<unknown>)[] = []

/** Opens a scene before each test of the file, and has both endpoints show the node again after it. */
export function openEachOnTwoEndpoints(): void {
  beforeAll(registerRelayers)
  beforeEach(() => openScene({ funds: 1_000n * USDC }))
  afterEach(async () => {
    for (const endpoint of [first, second]) endpoint.set({ target: node, rate: 0, finalDepth: null })
    for (const stop of stops.splice(0)) await stop()
  })
  afterAll(() => Promise.all([first.stop(), second.stop()]))
}

/** A chain that is the same up to now, and knows nothing of what comes. */
export async function branchOff() {
  const { number: block } = await chain.head()
  const anvil = await startAnvil({ port: 0, blockTimeSeconds: 0, fork: { rpcUrl: node, block } })
  stops.push(() => anvil.stop())
  return openChain({ rpcUrl: anvil.rpcUrl }).client
}

/** Whether a payout has a status after one more round. */
export const hasStatus = (id: string, status: string) => async () => {
  await round()
  return (await rowOf(id)).status === status
}
