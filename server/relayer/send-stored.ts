import { sendRawTransaction } from '@/server/chain'
import { env } from '@/server/core/env'
import { markSendFailed, markSent } from './relayer-repository'

/** Sends stored bytes, for the first time or again. `stored` means that the node's answer is unknown or a refusal. */
export async function sendStored({
  hash,
  raw,
}: {
  hash: `0x${string}`
  raw: `0x${string}`
}): Promise<'sent' | 'stored'> {
  const { chainId } = env().NETWORK
  const result = await sendRawTransaction(raw)
  if (result.accepted) await markSent({ chainId, hash })
  else await markSendFailed({ chainId, hash, error: result.reason })
  return result.accepted ? 'sent' : 'stored'
}
