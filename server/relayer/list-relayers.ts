import { env } from '@/server/core/env'
import { listRelayerAddresses } from './relayer-account-repository'

const KEEP_MILLISECONDS = 10_000

let known: { addresses: `0x${string}`[]; at: number } | undefined

/** The addresses that pay gas on this chain, the one that was active last first. Kept for 10 s while there is any. */
export async function listRelayers(): Promise<`0x${string}`[]> {
  if (known && performance.now() - known.at < KEEP_MILLISECONDS) return known.addresses
  const addresses = await listRelayerAddresses(env().NETWORK.chainId)
  known = addresses.length > 0 ? { addresses, at: performance.now() } : undefined
  return addresses
}
