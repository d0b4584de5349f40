import type { RpcSend } from './prepare-transaction'
import { ProviderError } from './provider-error'

type RpcAnswer = { result?: unknown; error?: { code: number; message: string; data?: unknown } }

/** JSON-RPC over HTTP to the local node. */
export function createRpcSend(rpcUrl: string): RpcSend {
  let id = 0
  return async (method, params) => {
    id += 1
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
    })
    const answer = (await response.json()) as RpcAnswer
    if (answer.error) throw new ProviderError(answer.error.code, answer.error.message, answer.error.data)
    return answer.result
  }
}
