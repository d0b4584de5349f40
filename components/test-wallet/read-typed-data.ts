import * as z from 'zod'
import { PROVIDER_CODES, ProviderError } from './provider-error'
import type { TypedDataToSign } from './test-wallet-request'

const field = z.object({ name: z.string(), type: z.string() })
const schema = z.object({
  domain: z.record(z.string(), z.unknown()),
  types: z.record(z.string(), z.array(field)),
  primaryType: z.string(),
  message: z.record(z.string(), z.unknown()),
})

/** Reads the JSON (or object) of `eth_signTypedData_v4`. Refuses what is for another chain, as wallets do. */
export function readTypedData(input: unknown, chainId: number): TypedDataToSign {
  const parsed = schema.safeParse(typeof input === 'string' ? parseJson(input) : input)
  if (!parsed.success) {
    throw new ProviderError(PROVIDER_CODES.invalidParams, 'The typed data is not well-formed EIP-712.')
  }
  const { domain, types, primaryType, message } = parsed.data
  if (domain.chainId !== undefined && Number(domain.chainId) !== chainId) {
    throw new ProviderError(
      PROVIDER_CODES.invalidParams,
      `The typed data is for chain ${String(domain.chainId)}, this wallet is on ${chainId}.`,
    )
  }
  // viem derives EIP712Domain from the domain itself.
  const { EIP712Domain: _, ...rest } = types
  return { domain, types: rest, primaryType, message }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
