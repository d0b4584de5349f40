import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import type { FacilitatorEvmSigner } from '@x402/evm'
import { checksummed } from '@/domain/address'
import { smartWalletFactoryAddresses } from '@/domain/canonical-addresses'
import { createPaymentReader } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import type { Verdict } from './facilitator'

/**
 * Checks a payment as a facilitator does: signature (EOA, ERC-1271), time window, recipient, amount, and a run of the very
 * settlement at the head, so that balance, allowance and nonce are right as well. Throws `dependency_unavailable` when the
 * chain did not answer: the schemes themselves would call such a payment invalid.
 */
export async function verifyPayment(
  payment: PaymentPayload,
  requirements: PaymentRequirements,
): Promise<Verdict> {
  const { facilitatorAddress } = requirements.extra
  const sender = typeof facilitatorAddress === 'string' ? checksummed(facilitatorAddress) : undefined
  const reader = createPaymentReader({ account: sender })
  const scheme = await loadScheme(requirements.scheme, {
    getAddresses: () => (sender ? [sender] : []),
    readContract: reader.readContract,
    getCode: reader.getCode,
    // Of the signer's methods the schemes use only the reads to verify; a payment is sent by the relayer and nowhere else.
    verifyTypedData: refuse,
    writeContract: refuse,
    sendTransaction: refuse,
    waitForTransactionReceipt: refuse,
  })
  const verdict = await scheme.verify(payment, requirements)
  if (verdict.isValid) return { isValid: true }
  if (reader.lostAnswer()) {
    throw new AppError(
      'dependency_unavailable',
      'The chain does not answer just now. Nothing was paid; try again in a few seconds.',
      { cause: reader.lostAnswer(), retryAfterSeconds: 5 },
    )
  }
  return { isValid: false, reason: verdict.invalidReason ?? 'invalid', message: verdict.invalidMessage }
}

// 60 modules that a deployment without x402 never needs.
async function loadScheme(name: string, signer: FacilitatorEvmSigner) {
  if (name === 'exact') {
    const { ExactEvmScheme } = await import('@x402/evm/exact/facilitator')
    return new ExactEvmScheme(signer, { eip6492AllowedFactories: [...smartWalletFactoryAddresses] })
  }
  const { UptoEvmScheme } = await import('@x402/evm/upto/facilitator')
  return new UptoEvmScheme(signer)
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('a verification sends nothing'))
}
