import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { UNREACHABLE_AHEAD } from './relayer'
import { findNonces, setNextNonce } from './relayer-account-repository'

/**
 * The nonce that a relayer's next transaction has: after everything that is stored and everything that the chain has mined. A stored counter
 * that says otherwise is set to it, up or down: no nonce is given twice, since only what has no bytes is taken back. Null for a relayer that
 * is not registered.
 */
export async function findDueNonce(relayer: string, minedNonce: bigint): Promise<bigint | null> {
  const { chainId } = env().NETWORK
  const nonces = await findNonces({ chainId, relayer, minedNonce, unreachableAhead: UNREACHABLE_AHEAD })
  if (!nonces) return null
  const { next, due } = nonces
  if (next !== due) {
    log.warn({ relayer, next: next.toString(), due: due.toString() }, 'the next nonce of a relayer was wrong')
    await setNextNonce({
      ...{ chainId, relayer, minedNonce, from: next, to: due },
      unreachableAhead: UNREACHABLE_AHEAD,
    })
  }
  return due
}
