export const TRANSFER_WITH_AUTHORIZATION_TYPES = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

type TransferAuthorization = {
  chainId: number
  usdcAddress: `0x${string}`
  /** The token's EIP-712 name and version; USDC's name differs by chain. */
  domainName: string
  domainVersion: string
  from: `0x${string}`
  to: `0x${string}`
  /** Atomic units. */
  value: bigint
  /** Unix seconds, exclusive. */
  validAfter: bigint
  /** Unix seconds, exclusive. */
  validBefore: bigint
  /** 32 bytes that `from` never used with this token. */
  nonce: `0x${string}`
}

/** What is signed for a payment that somebody else sends: USDC's EIP-3009 `TransferWithAuthorization` (EIP-712). */
export function buildTransferAuthorization(authorization: TransferAuthorization) {
  const { chainId, usdcAddress, domainName, domainVersion, ...message } = authorization
  return {
    domain: { name: domainName, version: domainVersion, chainId, verifyingContract: usdcAddress },
    types: TRANSFER_WITH_AUTHORIZATION_TYPES,
    primaryType: 'TransferWithAuthorization' as const,
    message,
  }
}
