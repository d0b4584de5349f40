import type { Hash, Hex, PublicClient } from 'viem'
import type { buildReceiveAuthorization } from '@/domain/receive-authorization'
import type { ConfigView, DepositAuthorizationView } from '@/domain/wallet'
import type { FlowCall } from './flow-calls'
import type { SignedAuthorization } from './flow-schema'

/** What a flow needs of the wallet that a person brought. Each `send…` and `sign…` opens it once. */
export type FlowWallet = {
  /** Whether it pays gas itself (a plain account); smart accounts may be sponsored. */
  paysGas: boolean
  send(call: FlowCall): Promise<Hash>
  /** EIP-5792, atomic; resolves with the wallet's id of the batch. */
  sendBatch(calls: readonly FlowCall[]): Promise<string>
  findBatch(callsId: string): Promise<{ status: 'pending' | 'success' | 'failure'; hash: Hash | null }>
  signDeposit(typedData: ReturnType<typeof buildReceiveAuthorization>): Promise<Hex>
}

/** Hands signed deposits to the console's relayer. */
export type FlowRelay = {
  submit(authorization: SignedAuthorization): Promise<DepositAuthorizationView>
  find(authorizationId: string): Promise<DepositAuthorizationView | null>
}

export type FlowPorts = {
  client: PublicClient
  wallet: FlowWallet
  relay: FlowRelay
  config: Pick<ConfigView, 'usdcDomainName'> & { usdcAddress: `0x${string}` }
  /** Confirmations after which a transaction counts as done. */
  requiredConfirmations: number
  pollMilliseconds: number
}
