type Approved = {
  payoutId: string
  approvalId: string
  workspaceWallet: `0x${string}`
  approver: `0x${string}`
  /** The managed wallet that pays. */
  from: `0x${string}`
  to: `0x${string}`
  /** Atomic units. */
  amount: bigint
  asset: `0x${string}`
  /** Unix seconds: when the payout expires. */
  deadline: bigint
}

const PAYOUT_APPROVAL = [
  { name: 'payoutId', type: 'string' },
  { name: 'approvalId', type: 'string' },
  { name: 'workspaceWallet', type: 'address' },
  { name: 'approver', type: 'address' },
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'amount', type: 'uint256' },
  { name: 'asset', type: 'address' },
  { name: 'deadline', type: 'uint256' },
] as const

const domainOf = (chainId: number) => ({ name: 'Bursar', version: '1', chainId })
const messageOf = (approved: Approved) => ({
  ...approved,
  amount: approved.amount.toString(),
  deadline: approved.deadline.toString(),
})

/** What a person signs to approve one payout (EIP-712). JSON-safe: numbers are decimal strings. */
export function buildPayoutApproval({ chainId, ...approved }: Approved & { chainId: number }) {
  return {
    domain: domainOf(chainId),
    types: { PayoutApproval: PAYOUT_APPROVAL },
    primaryType: 'PayoutApproval' as const,
    message: messageOf(approved),
  }
}

/** What a person signs to approve several payouts at once: the list, whose hash is signed and which the wallet shows line by line. */
export function buildPayoutBatchApproval({
  chainId,
  approvals,
}: {
  chainId: number
  approvals: readonly Approved[]
}) {
  return {
    domain: domainOf(chainId),
    types: {
      PayoutApproval: PAYOUT_APPROVAL,
      PayoutBatchApproval: [{ name: 'approvals', type: 'PayoutApproval[]' }],
    },
    primaryType: 'PayoutBatchApproval' as const,
    message: { approvals: approvals.map(messageOf) },
  }
}
