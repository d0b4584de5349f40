/** USDC's EIP-712 version is "2" on every chain; its domain name differs and comes from the deployment. */
export const USDC_DOMAIN_VERSION = '2'

const FIELDS = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const

/** The EIP-712 types of EIP-3009; a digest is made by hand where it is these very objects that name them (server/chain). */
export const TRANSFER_TYPES = { TransferWithAuthorization: FIELDS } as const
export const RECEIVE_TYPES = { ReceiveWithAuthorization: FIELDS } as const

export type UsdcAuthorization = {
  chainId: number
  usdcAddress: `0x${string}`
  usdcDomainName: string
  /** Of another token than our own USDC, as its payee names it. */
  usdcDomainVersion?: string
  /** Who pays and signs. */
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

/** What is signed for money that anybody may send on: USDC's EIP-3009 `TransferWithAuthorization` (EIP-712). */
export function buildTransferAuthorization(authorization: UsdcAuthorization) {
  return {
    ...domainAndMessage(authorization),
    types: TRANSFER_TYPES,
    primaryType: 'TransferWithAuthorization' as const,
  }
}

/** What is signed for money that only `to` may fetch: USDC's EIP-3009 `ReceiveWithAuthorization` (EIP-712). */
export function buildReceiveAuthorization(authorization: UsdcAuthorization) {
  return {
    ...domainAndMessage(authorization),
    types: RECEIVE_TYPES,
    primaryType: 'ReceiveWithAuthorization' as const,
  }
}

function domainAndMessage({
  chainId,
  usdcAddress,
  usdcDomainName,
  usdcDomainVersion = USDC_DOMAIN_VERSION,
  ...message
}: UsdcAuthorization) {
  return {
    domain: { name: usdcDomainName, version: usdcDomainVersion, chainId, verifyingContract: usdcAddress },
    message,
  }
}
