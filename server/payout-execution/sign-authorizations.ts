import { checksummed } from '@/domain/address'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { SignerError, type SignerErrorKind } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { findManagedWallet, signerOf } from '@/server/managed-wallets'
import { ENDED, type Next, waitFor } from '@/server/relayer'
import { nonceOf } from './authorization-key'
import type { Decisions, DuePayout, PayoutAuthorization, SignedPayout } from './due-payout'
import { payoutValidBefore } from './payout-authorization'
import { type Move, movePayouts } from './payout-step-repository'

/** Asked of a signing service side by side. */
const AT_ONCE = 16
/** A local key signs a hundred in less: they are stored in one statement. */
const STORE_AFTER_MILLISECONDS = 1_000
const LOOK_AGAIN_SECONDS = 2

/**
 * What a payout waits for until it expires, by why there is no signature. `refused` alone ends it. A wrong signature does not: nothing of it
 * is kept, so that the payee is paid once the signer is right again.
 */
const WAITS: Record<Exclude<SignerErrorKind, 'refused'>, string> = {
  unavailable: 'signer',
  timeout: 'signer',
  no_key: 'wallet_key',
  denied: 'signer_denied',
  wrong_signature: 'wrong_signature',
}

type Signer = ReturnType<typeof signerOf>

type SignTerms = {
  /** The chain's clock, Unix seconds. */
  now: bigint
  decisions: Decisions
  /** Stores signatures before anybody sees them, and answers those that were. */
  store: (signed: readonly SignedPayout[]) => Promise<SignedPayout[]>
}

/**
 * Signs each payout with its wallet's key. A signer that gives no signature, or one of another key, is asked again until the payout
 * expires; one that refuses this very request ends it. What a slow signer has signed is stored while it signs the rest.
 */
export async function signAuthorizations(
  signing: readonly DuePayout[],
  { now, decisions, store }: SignTerms,
): Promise<SignedPayout[]> {
  const signers = await findSigners(signing)
  const stored: SignedPayout[] = []
  const pending = { signed: [] as SignedPayout[], refused: [] as Move[], since: performance.now() }
  for (let start = 0; start < signing.length; start += AT_ONCE) {
    await Promise.all(
      signing.slice(start, start + AT_ONCE).map(async (payout) => {
        try {
          const authorization = await sign(payout, signers.get(payout.from), now)
          if (authorization) pending.signed.push({ ...payout, authorization })
          else decisions.set(payout.id, waitFor('chain_clock', LOOK_AGAIN_SECONDS))
        } catch (error) {
          const { next, reason } = explain(error)
          log.warn({ payout: payout.id, error: (error as Error).message }, 'payout not signed')
          decisions.set(payout.id, next)
          if (reason) pending.refused.push({ payout, from: 'signing', to: 'failed', reason })
        }
      }),
    )
    const isLast = start + AT_ONCE >= signing.length
    if (!isLast && performance.now() - pending.since < STORE_AFTER_MILLISECONDS) continue
    await movePayouts(pending.refused.splice(0))
    stored.push(...(await store(pending.signed.splice(0))))
    pending.since = performance.now()
  }
  return stored
}

async function findSigners(signing: readonly DuePayout[]): Promise<Map<string, Signer>> {
  const { chainId } = env().NETWORK
  const wallets = await Promise.all(
    [...new Set(signing.map(({ from }) => from))].map((address) => findManagedWallet({ chainId, address })),
  )
  return new Map(wallets.flatMap((wallet) => (wallet ? [[wallet.address, signerOf(wallet)]] : [])))
}

function explain(error: unknown): { next: Next; reason?: string } {
  if (!(error instanceof SignerError)) return { next: waitFor('signer', LOOK_AGAIN_SECONDS) }
  if (error.kind === 'refused') return { next: ENDED, reason: 'signing_failed:signer_refused' }
  return { next: waitFor(WAITS[error.kind], LOOK_AGAIN_SECONDS) }
}

/**
 * The signer's port has recovered the signature and compared it with the wallet before it is seen here. Null while the chain's clock
 * is too far ahead of the database's, or behind it.
 */
async function sign(
  { id, from, to, amount, expiresAt, claimedAt }: DuePayout,
  signer: Signer | undefined,
  now: bigint,
): Promise<PayoutAuthorization | null> {
  if (!signer) throw new SignerError('no_key', `no row holds the key of ${from}`)
  const { NETWORK, USDC_ADDRESS, isLocal } = env()
  const nonce = nonceOf({ id })
  // The local chain's clock is moved by hand.
  const clock = isLocal ? now : BigInt(Math.floor(claimedAt.getTime() / 1000))
  const validBefore = payoutValidBefore({ now, clock, expiresAt })
  if (validBefore === null) return null
  const typedData = buildTransferAuthorization({
    chainId: NETWORK.chainId,
    usdcAddress: checksummed(USDC_ADDRESS),
    usdcDomainName: NETWORK.usdcDomainName,
    from: checksummed(from),
    to: checksummed(to),
    value: amount,
    validAfter: 0n,
    validBefore,
    nonce,
  })
  return { nonce, validBefore, signature: await signer.signTypedData(typedData) }
}
