/** USDC's EIP-712 version is "2" on every chain; its domain name differs and comes from the deployment. */
const USDC_DOMAIN_VERSION = '2'

/** The least a gasless deposit may be: 1 USDC, so that dust cannot drain who pays the gas. */
export const MIN_GASLESS_DEPOSIT_ATOMIC = 1_000_000n

/** How long a signed deposit can be relayed. Longer than any queue, short enough not to surprise a person next week. */
export const RECEIVE_AUTHORIZATION_SECONDS = 3600

/** The least time that must be left of a signed deposit when it arrives, so that it can still be sent. */
export const MIN_AUTHORIZATION_SECONDS_LEFT = 120

export const RECEIVE_WITH_AUTHORIZATION_TYPES = {
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const

type ReceiveAuthorization = {
  chainId: number
  usdcAddress: `0x${string}`
  usdcDomainName: string
  /** Who pays, signs and is credited. */
  from: `0x${string}`
  /** The settlement: USDC lets only the payee use such an authorization. */
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

/** What a person signs for "Deposit without gas": USDC's EIP-3009 `ReceiveWithAuthorization` to the settlement (EIP-712). */
export function buildReceiveAuthorization(authorization: ReceiveAuthorization) {
  const { chainId, usdcAddress, usdcDomainName, ...message } = authorization
  return {
    domain: {
      name: usdcDomainName,
      version: USDC_DOMAIN_VERSION,
      chainId,
      verifyingContract: usdcAddress,
    },
    types: RECEIVE_WITH_AUTHORIZATION_TYPES,
    primaryType: 'ReceiveWithAuthorization' as const,
    message,
  }
}
