import type { MemberRole } from './roles'

type MemberChange = {
  chainId: number
  workspaceWallet: `0x${string}`
  workspaceId: string
  signer: `0x${string}`
  member: `0x${string}`
  role: MemberRole
  /** Unix seconds after which the signature no longer serves. */
  deadline: bigint
  /** 32 random bytes: one signature serves one change. */
  nonce: `0x${string}`
}

/** What an owner signs to add a member or to raise one's role (EIP-712). JSON-safe: numbers are decimal strings. */
export function buildMemberChange(change: MemberChange) {
  return {
    domain: { name: 'Bursar', version: '1', chainId: change.chainId },
    types: {
      MemberChange: [
        { name: 'workspaceId', type: 'string' },
        { name: 'workspaceWallet', type: 'address' },
        { name: 'signer', type: 'address' },
        { name: 'member', type: 'address' },
        { name: 'role', type: 'string' },
        { name: 'deadline', type: 'uint256' },
        { name: 'nonce', type: 'bytes32' },
      ],
    },
    primaryType: 'MemberChange' as const,
    message: {
      workspaceId: change.workspaceId,
      workspaceWallet: change.workspaceWallet,
      signer: change.signer,
      member: change.member,
      role: change.role,
      deadline: change.deadline.toString(),
      nonce: change.nonce,
    },
  }
}
