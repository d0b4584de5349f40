import { env } from '@/server/core/env'
import { existsRelayerAccount } from './relayer-account-repository'

const KEEP_MILLISECONDS = 10_000

let known: { isThere: boolean; at: number } | undefined

/** Whether deposits without gas can be offered: a worker has a relayer key. Asked for every page, so kept for 10 s. */
export async function hasRelayer(): Promise<boolean> {
  if (known && performance.now() - known.at < KEEP_MILLISECONDS) return known.isThere
  // A database that is away takes the offer away, not the page.
  const isThere = await existsRelayerAccount(env().NETWORK.chainId).catch(() => false)
  known = { isThere, at: performance.now() }
  return isThere
}
