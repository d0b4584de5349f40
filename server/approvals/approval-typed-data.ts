import { type Hex, hexToBytes, type TypedDataDefinition } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import { buildPayoutApproval, buildPayoutBatchApproval } from '@/domain/payout-approval'
import { hashTypedData, verifyTypedDataSignature } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import type { ApprovalRow } from './approval-repository'

type Approver = { person: StoredAddress }

function approvedOf(row: ApprovalRow, { person }: Approver) {
  return {
    payoutId: row.payout.payoutId,
    approvalId: row.approvalId,
    workspaceWallet: checksummed(row.walletAddress),
    approver: checksummed(person),
    from: checksummed(row.fromAddress),
    to: checksummed(row.toAddress),
    amount: row.amount,
    asset: checksummed(row.assetAddress),
    deadline: BigInt(row.payout.expiresAt),
  }
}

/** What a person signs to approve one payout. */
export function approvalTypedData(row: ApprovalRow, approver: Approver) {
  return buildPayoutApproval({ chainId: row.chainId, ...approvedOf(row, approver) })
}

/** What a person signs to approve several payouts of one chain, in this order. */
export function batchTypedData(rows: readonly [ApprovalRow, ...ApprovalRow[]], approver: Approver) {
  return buildPayoutBatchApproval({
    chainId: rows[0].chainId,
    approvals: rows.map((row) => approvedOf(row, approver)),
  })
}

type TypedData = ReturnType<typeof buildPayoutApproval> | ReturnType<typeof buildPayoutBatchApproval>

export type VerifiedApproval = { digest: Buffer; typedData: TypedData; signature: Hex }

/** Checks a signature over exactly what is shown now. Throws `signature_invalid`, `dependency_unavailable` (a smart wallet's, and no chain). */
export async function verifyApproval({
  person,
  typedData,
  signature,
}: Approver & { typedData: TypedData; signature: Hex }): Promise<VerifiedApproval> {
  const toVerify = withNumbers(typedData)
  if (!(await verifyTypedDataSignature({ address: person, typedData: toVerify, signature }))) {
    throw new AppError(
      'signature_invalid',
      `The signature is not ${checksummed(person)}'s over what is shown now. Read it again and sign it with that wallet. Nothing was approved.`,
      { param: 'signature' },
    )
  }
  return { digest: Buffer.from(hexToBytes(hashTypedData(toVerify))), typedData, signature }
}

type Message = ReturnType<typeof buildPayoutApproval>['message']
const numbersOf = (message: Message) => ({
  ...message,
  amount: BigInt(message.amount),
  deadline: BigInt(message.deadline),
})

function withNumbers(typedData: TypedData): TypedDataDefinition {
  return typedData.primaryType === 'PayoutApproval'
    ? { ...typedData, message: numbersOf(typedData.message) }
    : { ...typedData, message: { approvals: typedData.message.approvals.map(numbersOf) } }
}
