import { checksummed, type StoredAddress } from '@/domain/address'
import { AppError } from '@/server/core/app-error'

export function walletLinkedElsewhere(address: StoredAddress): AppError {
  return new AppError(
    'WALLET_LINKED_ELSEWHERE',
    `${checksummed(address)} is linked to an agent of another workspace. Unlink it there first, or use another wallet.`,
  )
}
