import { checksummed } from '@/domain/address'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { SignerError } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { findManagedWallet, signerOf } from '@/server/managed-wallets'
import { ENDED, type Next, waitFor } from '@/server/relayer'
import type { Decisions, DuePayout, PayoutAuthorization, SignedPayout } from './due-payout'
import { payoutNonce, payoutValidBefore } from './payout-authorization'
import { type Move, movePayouts } from './payout-step-repository'

/** Asked of a signing service side by side. */
const AT_ONCE = 16
const LOOK_AGAIN_SECONDS = 2

/** A signer whose refusal will not change. */
const FOR_GOOD = new Set(['refused', 'wrong_signature'])

type Signer = ReturnType<typeof signerOf>

/**
 * Signs each payout with its wallet's key. A signer that does not answer is asked again until the payout expires; one that
 * refuses ends it.
 */
export async function signAuthorizations(
  signing: readonly DuePayout[],
  now: bigint,
  decisions: Decisions,
): Promise<SignedPayout[]> {
  const signers = await findSigners(signing)
  const signed: SignedPayout[] = []
  const refused: Move[] = []
  for (let start = 0; start < signing.length; start += AT_ONCE) {
    await Promise.all(
      signing.slice(start, start + AT_ONCE).map(async (payout) => {
        try {
          const authorization = await sign(payout, signers.get(payout.from), now)
          signed.push({ ...payout, authorization })
        } catch (error) {
          const { next, reason } = explain(error)
          log.warn({ payout: payout.id, error: (error as Error).message }, 'payout not signed')
          decisions.set(payout.id, next)
          if (reason) refused.push({ payout, from: 'signing', to: 'failed', reason })
        }
      }),
    )
  }
  await movePayouts(refused)
  return signed
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
  if (error.kind === 'no_key') return { next: waitFor('wallet_key', LOOK_AGAIN_SECONDS) }
  if (!FOR_GOOD.has(error.kind)) return { next: waitFor('signer', LOOK_AGAIN_SECONDS) }
  const suffix = error.kind === 'refused' ? 'signer_refused' : error.kind
  return { next: ENDED, reason: `signing_failed:${suffix}` }
}

/** The signer's port has recovered the signature and compared it with the wallet before it is seen here. */
async function sign(
  { id, from, to, amount, expiresAt }: DuePayout,
  signer: Signer | undefined,
  now: bigint,
): Promise<PayoutAuthorization> {
  if (!signer) throw new SignerError('no_key', `no row holds the key of ${from}`)
  const { NETWORK, USDC_ADDRESS } = env()
  const nonce = payoutNonce({ chainId: NETWORK.chainId, asset: USDC_ADDRESS, id })
  const validBefore = payoutValidBefore({ now, expiresAt })
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
