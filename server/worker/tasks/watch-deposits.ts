import { advanceDeposits, createDepositReader, type DepositReader } from '@/server/deposits'

let reader: DepositReader | undefined

/** Reads new transfers to the receive address. */
export async function readDeposits(signal: AbortSignal): Promise<void> {
  reader ??= createDepositReader()
  await reader.step(signal)
}

/** One round over deposits that wait for confirmations or are watched for reorganisations. */
export async function confirmDeposits(): Promise<void> {
  await advanceDeposits()
}
