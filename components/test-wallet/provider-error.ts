/** EIP-1193 and EIP-1474 codes that this wallet answers with. */
export const PROVIDER_CODES = {
  rejected: 4001,
  unauthorized: 4100,
  unsupported: 4200,
  disconnected: 4900,
  unknownChain: 4902,
  invalidParams: -32602,
} as const

export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: number
  readonly data?: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    if (data !== undefined) this.data = data
  }
}

export const rejected = () => new ProviderError(PROVIDER_CODES.rejected, 'User rejected the request.')
