import { checksummed } from '@/domain/address'
import type { ApprovalFunds, ApprovalWarning } from '@/domain/approval'
import { readWallet } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { sumPromised } from './approval-repository'

/** The decision does not wait longer for the chain: it says that it does not know. */
const PATIENCE_MILLISECONDS = 3_000

/** What the managed wallet holds at the head and what is promised of it; `amount` (atomic units) leaves next when it is still to be decided. */
export async function readFunds({
  fromAddress,
  amount,
}: {
  fromAddress: `0x${string}`
  amount: bigint
}): Promise<ApprovalFunds> {
  const [balance, { reserved, approved }] = await Promise.all([
    readBalance(fromAddress),
    sumPromised({ chainId: env().NETWORK.chainId, fromAddress }),
  ])
  return {
    fromAddress: checksummed(fromAddress),
    balance: balance?.toString() ?? null,
    reserved: reserved.toString(),
    approved: approved.toString(),
    after: balance === null ? null : (balance - reserved - approved - amount).toString(),
  }
}

/** What a person has to know about the funds before they approve `amount` atomic units. */
export function fundsWarnings(
  { balance, reserved, approved }: ApprovalFunds,
  amount: bigint,
): ApprovalWarning[] {
  if (balance === null) return [{ code: 'balance_unknown' }]
  const available = BigInt(balance) - BigInt(reserved) - BigInt(approved)
  if (available >= amount) return []
  return [
    {
      code: 'insufficient_funds',
      available: (available > 0n ? available : 0n).toString(),
      required: amount.toString(),
    },
  ]
}

async function readBalance(address: `0x${string}`): Promise<bigint | null> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MILLISECONDS)
  })
  const read = readWallet({ address }).then(
    ({ usdcBalance }) => usdcBalance,
    (error: unknown) => {
      if (error instanceof AppError) return null
      throw error
    },
  )
  try {
    return await Promise.race([read, patience])
  } finally {
    clearTimeout(timer)
  }
}
