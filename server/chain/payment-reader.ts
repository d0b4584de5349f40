import type { Abi, Address, Hex } from 'viem'
import { rpc } from './rpc'
import { isTransportError } from './transport-error'

type ReadCall = { address: Address; abi: readonly unknown[]; functionName: string; args?: readonly unknown[] }

export type PaymentReader = {
  readContract: (call: ReadCall) => Promise<unknown>
  getCode: (account: { address: Address }) => Promise<Hex | undefined>
  /** The first answer that an endpoint did not give; a refusal while one is missing means nothing. */
  lostAnswer: () => unknown
}

/**
 * Reads of one payment's verification, run as if `account` had sent them. Who uses it may swallow errors and call a payment
 * invalid because an endpoint was away: `lostAnswer` tells the two apart.
 */
export function createPaymentReader({ account }: { account?: Address | undefined }): PaymentReader {
  const client = rpc().any
  let lost: unknown
  const watched = async <T>(read: Promise<T>): Promise<T> => {
    try {
      return await read
    } catch (error) {
      if (isTransportError(error)) lost ??= error
      throw error
    }
  }
  return {
    readContract: ({ abi, ...call }) =>
      watched(client.readContract({ ...call, abi: abi as Abi, ...(account ? { account } : {}) })),
    getCode: ({ address }) => watched(client.getCode({ address })),
    lostAnswer: () => lost,
  }
}
