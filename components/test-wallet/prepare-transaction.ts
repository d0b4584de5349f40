import { type Hex, isAddress, isHex } from 'viem'
import * as z from 'zod'
import { revertWords } from '../wallet/revert-words'
import type { TransactionRequest } from './test-wallet-request'

/** Sends one JSON-RPC request to the node. Rejects with the node's error, its `data` kept. */
export type RpcSend = (method: string, params: readonly unknown[]) => Promise<unknown>

const hex = z
  .string()
  .refine((text) => isHex(text))
  .transform((text) => text as Hex)
const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }))
  .transform((text) => text as `0x${string}`)

export const transactionSchema = z.object({
  from: address,
  to: address.nullish(),
  value: hex.optional(),
  data: hex.optional(),
  input: hex.optional(),
  gas: hex.optional(),
})

/** Enough for each call the console makes (a deposit takes about 90,000), so that one that will revert can still be sent. */
const GAS_WITHOUT_ESTIMATE = 500_000n
const BASE_FEE_RESERVE = 2n

/** Completes a site's transaction with gas and fees, and learns whether the chain would refuse it now. */
export async function prepareTransaction({
  input,
  from,
  send,
}: {
  input: z.infer<typeof transactionSchema>
  from: `0x${string}`
  send: RpcSend
}): Promise<TransactionRequest> {
  const to = input.to ?? null
  const value = BigInt(input.value ?? '0x0')
  const data = input.data ?? input.input ?? '0x'
  const call = { from, ...(to && { to }), value: input.value ?? '0x0', data }
  const [estimate, gasPrice, tip] = await Promise.all([
    estimateGas(call, send),
    send('eth_gasPrice', []).then((price) => BigInt(price as Hex)),
    send('eth_maxPriorityFeePerGas', []).then((price) => BigInt(price as Hex)),
  ])
  return {
    from,
    to,
    value,
    data,
    gas: input.gas ? BigInt(input.gas) : estimate.gas,
    maxFeePerGas: gasPrice * BASE_FEE_RESERVE + tip,
    maxPriorityFeePerGas: tip,
    refusal: estimate.refusal,
  }
}

async function estimateGas(call: object, send: RpcSend): Promise<{ gas: bigint; refusal: string | null }> {
  try {
    const estimate = BigInt((await send('eth_estimateGas', [call])) as Hex)
    // A fifth more: what the state is by the next block may cost more than now.
    return { gas: estimate + estimate / 5n, refusal: null }
  } catch (error) {
    return { gas: GAS_WITHOUT_ESTIMATE, refusal: revertWords(error).words }
  }
}
