import type { Hex } from 'viem'

export type TransactionRequest = {
  from: `0x${string}`
  to: `0x${string}` | null
  value: bigint
  data: Hex
  /** Gas units; the node's estimate with a reserve, or what the site asked for. */
  gas: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
  /** Why the chain would refuse it now; null when the estimate went through. */
  refusal: string | null
}

/** What a person is asked in the window. */
export type TestWalletRequest =
  | { kind: 'connect' }
  | { kind: 'message'; from: `0x${string}`; text: string }
  | { kind: 'typed-data'; from: `0x${string}`; typedData: TypedDataToSign }
  | { kind: 'transaction'; transaction: TransactionRequest }

export type TypedDataToSign = {
  domain: Record<string, unknown>
  types: Record<string, { name: string; type: string }[]>
  primaryType: string
  message: Record<string, unknown>
}
