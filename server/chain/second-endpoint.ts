import { env } from '@/server/core/env'
import { type RpcClient, rpc } from './rpc'

/** Whether what one endpoint's word does not do for can be confirmed at all. On the local chain the only node stands in for a second one. */
export function hasSecondEndpoint(): boolean {
  return rpc().endpoints.length > 1 || env().isLocal
}

type Look = {
  /** The endpoint that said so already; without it, any may have, and each has to say it by itself. */
  saidBy?: number
  /** Whether this endpoint alone shows the same in the same block. */
  look: (endpoint: number) => Promise<boolean>
}

/**
 * Whether two endpoints, each by itself, show the same thing in the same block. On the local chain without `RPC_URL_SECOND` the
 * only one is asked once more. Throws what `look` throws when one does not answer: then nothing is known.
 */
export async function isSeenTwice({ saidBy, look }: Look): Promise<boolean> {
  if (!hasSecondEndpoint()) return false
  const all = [...rpc().endpoints.keys()]
  const others = all.filter((endpoint) => endpoint !== saidBy)
  const seen = await Promise.all((others.length > 0 ? others : all).map(look))
  return seen.every(Boolean)
}

/** Each endpoint has so long to answer: who waits for it holds up others. */
const LOOK_MILLISECONDS = 5_000

/**
 * What each endpoint says by itself. On the local chain without `RPC_URL_SECOND` the only one is asked once more. Throws when one
 * does not answer in 5 s: then nothing is known.
 */
export async function askEach<T>(look: (client: RpcClient) => Promise<T>): Promise<T[]> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('an endpoint did not answer in time')), LOOK_MILLISECONDS)
  })
  try {
    return await Promise.race([Promise.all(rpc().endpoints.map(look)), late])
  } finally {
    clearTimeout(timer)
  }
}
