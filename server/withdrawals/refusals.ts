import { formatUsdc } from '@/domain/money'
import { AppError } from '@/server/core/app-error'

export function notOwner(): AppError {
  return new AppError('not_authorized', 'Only an OWNER of the workspace may send USDC out.')
}

export function insufficient({
  what,
  available,
  amount,
}: {
  what: string
  available: bigint
  amount: bigint
}): AppError {
  return new AppError(
    'balance_insufficient',
    `${what} is ${formatUsdc(available)} USDC; ${formatUsdc(amount)} USDC was asked for.`,
    {
      param: 'amountUsdc',
      details: { available: available.toString(), required: amount.toString() },
    },
  )
}

export function otherRequest(): AppError {
  return new AppError(
    'idempotency_conflict',
    'This key was used for another withdrawal of the workspace. Ask with a new key.',
    { param: 'idempotencyKey' },
  )
}
