import type { Address } from 'viem'
import { ChainError, readProvenSpends, type WalletSpend } from '@/server/chain'
import { log } from '@/server/core/log'

/** What left a wallet in a block; `unproven` while no endpoint proves it, `not_asked` when this run has proven enough. */
type Proof = readonly WalletSpend[] | 'unproven' | 'not_asked'
export type Prove = (wallet: Address, block: bigint) => Promise<Proof>

/** Proofs of one run: each block of a wallet is read once, and at most `most` of them, because each costs requests. */
export function createProver(most: number): Prove {
  const answers = new Map<string, Proof>()
  return async (wallet, block) => {
    const key = `${wallet}:${block}`
    const known = answers.get(key)
    if (known !== undefined) return known
    if (answers.size >= most) return 'not_asked'
    const answer = await readProvenSpends(wallet, block).catch((error) => {
      if (!(error instanceof ChainError)) throw error
      log.warn({ wallet, block: block.toString(), reason: error.message }, 'a block cannot be proven yet')
      return 'unproven' as const
    })
    answers.set(key, answer)
    return answer
  }
}
