import { storedAddress } from '@/domain/address'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'

/** Where prepaid USDC is and leaves from. Throws `feature_disabled` on an instance that has none. */
export function paySource(): { chainId: number; fromAddress: string } {
  const { NETWORK, RECEIVE_ADDRESS } = env()
  if (!RECEIVE_ADDRESS) {
    throw new AppError('feature_disabled', 'This instance has no receive address: it holds no prepaid USDC.')
  }
  return { chainId: NETWORK.chainId, fromAddress: storedAddress(RECEIVE_ADDRESS) }
}
