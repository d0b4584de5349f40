import {
  type Chain,
  createPublicClient,
  fallback,
  type HttpTransport,
  http,
  type PublicClient,
  type Transport,
} from 'viem'
import { base, baseSepolia, foundry } from 'viem/chains'
import { MULTICALL3_ADDRESS, type NetworkName } from '@/domain/networks'
import { env } from '@/server/core/env'
import { hideKeys } from './endpoint-keys'

export type RpcClient = PublicClient<Transport, Chain>

export type Rpc = {
  /** All endpoints, the next when one fails. */
  any: RpcClient
  /** Each endpoint alone and without retries, for who compares their answers or decides about retries itself. */
  endpoints: readonly RpcClient[]
}

const CHAINS: Record<NetworkName, Chain> = {
  base,
  'base-sepolia': baseSepolia,
  local: { ...foundry, contracts: { multicall3: { address: MULTICALL3_ADDRESS } } },
}

/** A head block costs well under a second; a wide range of logs takes a provider up to ten. */
const READ_TIMEOUT_MILLISECONDS = 5_000
const ENDPOINT_TIMEOUT_MILLISECONDS = 15_000

/** Clients for the endpoints in `urls`, in the order of preference. */
export function createRpc({
  urls,
  network,
  timeoutMilliseconds = ENDPOINT_TIMEOUT_MILLISECONDS,
}: {
  urls: readonly string[]
  network: NetworkName
  timeoutMilliseconds?: number
}): Rpc {
  const chain = CHAINS[network]
  const reader = (url: string) =>
    transportTo(url, { timeout: Math.min(timeoutMilliseconds, READ_TIMEOUT_MILLISECONDS), retryCount: 1 })
  const alone = (url: string) => transportTo(url, { timeout: timeoutMilliseconds, retryCount: 0 })
  return {
    any: createPublicClient({
      chain,
      transport: fallback(urls.map(reader), { retryCount: 0 }),
      cacheTime: 0,
    }),
    endpoints: urls.map((url) => createPublicClient({ chain, transport: alone(url), cacheTime: 0 })),
  }
}

function transportTo(url: string, limits: { timeout: number; retryCount: number }): HttpTransport {
  const { shown, call } = hideKeys(url)
  return http(shown, { ...limits, fetchFn: call })
}

let cached: Rpc | undefined

/** The clients of this deployment: `RPC_URL`, then `RPC_URL_SECOND`. */
export function rpc(): Rpc {
  const { RPC_URL, RPC_URL_SECOND, NETWORK } = env()
  cached ??= createRpc({
    urls: RPC_URL_SECOND ? [RPC_URL, RPC_URL_SECOND] : [RPC_URL],
    network: NETWORK.name,
  })
  return cached
}
