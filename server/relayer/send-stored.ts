import { sendRawTransaction } from '@/server/chain'
import { env } from '@/server/core/env'
import { isStopped, markSendFailed, markSent } from './relayer-repository'

/**
 * Sends stored bytes, for the first time or again. `stored` means that the node's answer is unknown or a refusal; `stopped` that they were not
 * sent: no node has accepted any of their nonce, and payouts in it are stopped by now.
 */
export async function sendStored({
  hash,
  raw,
}: {
  hash: `0x${string}`
  raw: `0x${string}`
}): Promise<'sent' | 'stored' | 'stopped'> {
  const { chainId } = env().NETWORK
  if (await isStopped({ chainId, hash })) return 'stopped'
  const result = await sendRawTransaction(raw)
  if (result.accepted) await markSent({ chainId, hash })
  else await markSendFailed({ chainId, hash, error: result.reason })
  return result.accepted ? 'sent' : 'stored'
}
