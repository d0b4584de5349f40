import { type StoredAddress, storedAddress } from '@/domain/address'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'

/** The receive address of a deployment that takes deposits. Throws `feature_disabled`. */
export function requireDeposits(): StoredAddress {
  const { PREPAY_DEPOSITS_ENABLED, RECEIVE_ADDRESS } = env()
  if (!PREPAY_DEPOSITS_ENABLED || !RECEIVE_ADDRESS) throw new AppError('feature_disabled')
  return storedAddress(RECEIVE_ADDRESS)
}
