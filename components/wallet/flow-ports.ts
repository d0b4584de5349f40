import type { Hash, Hex, PublicClient } from 'viem'
import type { buildReceiveAuthorization, buildTransferAuthorization } from '@/domain/usdc-authorization'
import type { ConfigView, DepositAuthorizationView } from '@/domain/wallet'
import type { FlowCall } from './flow-calls'
import type { PrepaidCredit, SignedAuthorization } from './flow-schema'

/** What a flow needs of the wallet that a person brought. Each `send…` and `sign…` opens it once. */
export type FlowWallet = {
  /** Whether it pays gas itself (a plain account); smart accounts may be sponsored. */
  paysGas: boolean
  send(call: FlowCall): Promise<Hash>
  /** EIP-5792, atomic; resolves with the wallet's id of the batch. */
  sendBatch(calls: readonly FlowCall[]): Promise<string>
  findBatch(callsId: string): Promise<{ status: 'pending' | 'success' | 'failure'; hash: Hash | null }>
  signDeposit(typedData: ReturnType<typeof buildReceiveAuthorization>): Promise<Hex>
  signPayment(typedData: ReturnType<typeof buildTransferAuthorization>): Promise<Hex>
}

/** Hands signed deposits to the console's relayer. */
export type FlowRelay = {
  submit(authorization: SignedAuthorization): Promise<DepositAuthorizationView>
  find(authorizationId: string): Promise<DepositAuthorizationView | null>
}

/** What the console answers about a prepaid payment. What could not be asked throws and is asked again. */
export type PrepaidAnswer =
  | { kind: 'credited'; hash: Hash | null; credit: PrepaidCredit }
  | {
      kind: 'pending'
      confirmations: number | null
      retryAfterSeconds: number
      awaiting: string | null
    }
  /** Taken in, and being settled by the worker. */
  | { kind: 'settling'; topUpId: string }
  | { kind: 'refused'; code: string; words: string }

/** One way of paying, as x402 v2 offers it, and the offer as it came: it is handed back inside the payment. */
export type PaymentOffer = {
  amount: bigint
  payTo: `0x${string}`
  asset: `0x${string}`
  chainId: number
  maxTimeoutSeconds: number
  domainName: string
  domainVersion: string
  accepted: unknown
  resource: unknown
}

/** Where an agent's prepaid payments are claimed: with its bearer, or by who is signed in. */
export type PrepayDoor = {
  claim(hash: Hash): Promise<PrepaidAnswer>
  /** Throws `PrepayRefusal` where payments by signature are not taken. */
  askPayment(amount: bigint): Promise<PaymentOffer>
  /** The same header any number of times: it is settled once. */
  pay(payment: { amount: bigint; header: string }): Promise<PrepaidAnswer>
}

/** The console refused before anything was signed; its message is fit for a person. */
export class PrepayRefusal extends Error {
  override readonly name = 'PrepayRefusal'
}

export type FlowPorts = {
  client: PublicClient
  wallet: FlowWallet
  /** Of top ups. */
  relay?: FlowRelay
  /** Of prepaid payments. */
  prepay?: PrepayDoor
  config: Pick<ConfigView, 'usdcDomainName'> & { usdcAddress: `0x${string}` }
  /** Confirmations after which a transaction counts as done. */
  requiredConfirmations: number
  pollMilliseconds: number
}
