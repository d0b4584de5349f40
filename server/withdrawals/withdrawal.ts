/** Pure rules of USDC that leaves the receive address: its nonce and what the chain's answers mean. */
import { type Address, encodeAbiParameters, type Hex, keccak256 } from 'viem'

/** Longer than any queue; short enough that money which cannot be sent comes back within the hour. */
export const WITHDRAWAL_AUTHORIZATION_SECONDS = 3600n

/**
 * One nonce for a withdrawal's whole life: USDC accepts it once, so whatever is signed again after a crash, or from a restored
 * backup, can be paid at most once.
 */
export function withdrawalNonce({
  chainId,
  asset,
  id,
}: {
  chainId: number
  asset: Address
  id: string
}): Hex {
  const encoded = encodeAbiParameters(
    [{ type: 'string' }, { type: 'uint256' }, { type: 'address' }, { type: 'string' }],
    ['bursar.withdrawal.v1', BigInt(chainId), asset, id],
  )
  return keccak256(encoded)
}

export type Treasury = {
  held: bigint
  isPaused: boolean
  isSenderBlocked: boolean
  isRecipientBlocked: boolean
}

export type BeforeSigning =
  | { step: 'sign' }
  | { step: 'wait'; waitingFor: 'token_paused' | 'sender_blocked' | 'receive_address_short' }
  | { step: 'fail'; reason: 'recipient_blocked' }

/** Nothing is signed that USDC would refuse. What was never signed can be given back at once. */
export function judgeBeforeSigning(treasury: Treasury, amount: bigint): BeforeSigning {
  if (treasury.isRecipientBlocked) return { step: 'fail', reason: 'recipient_blocked' }
  if (treasury.isPaused) return { step: 'wait', waitingFor: 'token_paused' }
  if (treasury.isSenderBlocked) return { step: 'wait', waitingFor: 'sender_blocked' }
  if (treasury.held < amount) return { step: 'wait', waitingFor: 'receive_address_short' }
  return { step: 'sign' }
}
