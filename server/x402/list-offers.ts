import type { Network, PaymentRequirements } from '@x402/core/types'
import { checksummed } from '@/domain/address'
import { SECOND_ENDPOINT_ABOVE_ATOMIC } from '@/domain/deposits'
import { formatUsdc } from '@/domain/money'
import { USDC_DOMAIN_VERSION } from '@/domain/usdc-authorization'
import { MIN_X402_PAYMENT } from '@/domain/x402'
import { hasSecondEndpoint } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { chooseFacilitators } from './choose-facilitators'
import { type Facilitator, SCHEMES } from './facilitator'

/** How long a payer's signature is to hold: room for a busy relayer, short enough that a stranger cannot use it tomorrow. */
const MAX_TIMEOUT_SECONDS = 300

/** Above 100 USDC an independent second endpoint must show the settlement before it is credited, as with deposits. */
export function needsSecondEndpoint(amount: bigint): boolean {
  return amount > SECOND_ENDPOINT_ABOVE_ATOMIC
}

export type Offer = { requirements: PaymentRequirements; facilitator: Facilitator; isAdvertised: boolean }

/** Everything that pays `amount` micro USDC here; what stands in a 402 is advertised, the rest is still honoured. */
export async function listOffers(amount: bigint, facilitators = chooseFacilitators()): Promise<Offer[]> {
  // Nothing is asked for that costs more than it brings or could not be credited.
  if (amount < MIN_X402_PAYMENT || (needsSecondEndpoint(amount) && !hasSecondEndpoint())) return []
  const offers: Offer[] = []
  for (const scheme of SCHEMES) {
    for (const facilitator of facilitators) {
      const extras = await facilitator.offer(scheme)
      for (const [index, extra] of extras.entries()) {
        const requirements = buildRequirements({ scheme, amount, extra })
        offers.push({ requirements, facilitator, isAdvertised: index === 0 })
      }
      if (extras.length > 0) break
    }
  }
  return offers
}

/** Why `amount` micro USDC cannot be paid here just now. */
export function noOffer(amount: bigint): AppError {
  if (amount < MIN_X402_PAYMENT) {
    return new AppError(
      'payment_mismatch',
      `x402 takes payments from ${formatUsdc(MIN_X402_PAYMENT)} USDC on, since settling one costs gas: pay less from the virtual balance.`,
      { details: { differs: ['amount'] } },
    )
  }
  return new AppError(
    'dependency_unavailable',
    'Nobody can settle a payment of this amount just now: no relayer is running, or an amount above 100 USDC lacks the second endpoint of the chain. Try again later, or with less.',
    { retryAfterSeconds: 30 },
  )
}

type Requirements = { scheme: string; amount: bigint; extra: Record<string, string> }

function buildRequirements({ scheme, amount, extra }: Requirements): PaymentRequirements {
  const { NETWORK, USDC_ADDRESS, RECEIVE_ADDRESS } = env()
  return {
    scheme,
    network: `eip155:${NETWORK.chainId}` satisfies Network,
    asset: checksummed(USDC_ADDRESS),
    amount: amount.toString(),
    payTo: RECEIVE_ADDRESS ? checksummed(RECEIVE_ADDRESS) : '',
    maxTimeoutSeconds: MAX_TIMEOUT_SECONDS,
    extra: { name: NETWORK.usdcDomainName, version: USDC_DOMAIN_VERSION, ...extra },
  }
}
