import type { Hex } from 'viem'
import type { StoredAddress } from '@/domain/address'
import type { WalletNoncePurpose } from '@/domain/agent-api'
import { assertInTime, parseSignInMessage } from '@/server/auth'
import { verifyMessageSignature } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { findWalletNonce } from './wallet-nonce-repository'

type Signed = { message: string; signature: Hex; purpose: WalletNoncePurpose; agentId: string | null }

/**
 * The wallet that signed a message of ours for this purpose and agent. Uses nothing up: the caller's transaction does, with
 * `takeWalletNonce`. Only who holds a live nonce can make this server ask the chain. Throws `invalid_request`,
 * `siwe_domain`, `siwe_chain`, `siwe_nonce`, `siwe_expired`, `siwe_signature`, and `dependency_unavailable` when a smart
 * wallet cannot be asked.
 */
export async function verifyWalletMessage({ message, signature, purpose, agentId }: Signed) {
  const parsed = parseSignInMessage(message, {
    origins: env().APP_ORIGINS,
    chainId: env().NETWORK.chainId,
  })
  const { nonce, address } = parsed
  const issued = await findWalletNonce(nonce)
  if (!issued || issued.purpose !== purpose || issued.agentId !== agentId) throw nonceGone()
  if (!issued.isLive)
    throw new AppError('siwe_expired', 'The message is older than five minutes. Ask for a new one.')
  if (issued.message !== message) {
    throw new AppError(
      'siwe_nonce',
      'This nonce was issued with another text. Sign the message as it was answered.',
    )
  }
  assertInTime(parsed, issued.now)
  if (!(await verifyMessageSignature({ address, message, signature }))) {
    throw new AppError('siwe_signature', `The signature was not made by ${address} over this message.`)
  }
  return { address: address satisfies StoredAddress, nonce }
}

export function nonceGone(): AppError {
  return new AppError(
    'siwe_nonce',
    'Ask wallet-nonce for a new message and sign it: each serves once, for five minutes, and for what it was issued.',
  )
}
