// What a test of x402 payments needs: payers, the official client, a web server and a worker that settles.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PaymentPayload, PaymentRequired, PaymentRequirements } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { UptoEvmScheme } from '@x402/evm/upto/client'
import { wrapFetchWithPayment, x402Client } from '@x402/fetch'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { permit2Address } from '@/domain/canonical-addresses'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { createRestListener } from '@/server/rest/create-listener'
import { settleX402Payments } from '@/server/worker/tasks/settle-x402-payments'
import type { openChain } from './chain'

export const TOPUP_PATH = '/api/v1/balance/topup/x402'
export const NETWORK = 'eip155:31337'

type Chain = ReturnType<typeof openChain>

/** A wallet with USDC, and with Permit2's allowance unless it says otherwise. */
export async function makePayer(
  chain: Chain,
  { usdc = 1_000_000_000n, allowsPermit2 = true }: { usdc?: bigint; allowsPermit2?: boolean } = {},
): Promise<PrivateKeyAccount> {
  const account = privateKeyToAccount(generatePrivateKey())
  await chain.fund(account.address, usdc)
  if (allowsPermit2) await chain.approve(account.address, undefined, permit2Address)
  return account
}

/** `fetch` of the official client, which pays with one scheme. By itself it refuses tokens that it does not know and more than a dollar. */
export function payingFetch(account: PrivateKeyAccount, scheme: 'exact' | 'upto'): typeof fetch {
  const signer = scheme === 'exact' ? new ExactEvmScheme(account) : new UptoEvmScheme(account)
  const client = new x402Client().register(NETWORK, signer)
  client.setSpendControls({
    allowedAssets: [{ network: NETWORK, asset: env().USDC_ADDRESS, maxAmountPerPayment: '500000000' }],
  })
  return wrapFetchWithPayment(fetch, client) as typeof fetch
}

/** Signs one entry of `accepts` as the official client does. */
export async function signPayment(
  account: PrivateKeyAccount,
  { required, scheme }: { required: PaymentRequired; scheme: 'exact' | 'upto' },
): Promise<PaymentPayload> {
  const accepted = required.accepts.find((entry) => entry.scheme === scheme) as PaymentRequirements
  const client = scheme === 'exact' ? new ExactEvmScheme(account) : new UptoEvmScheme(account)
  const { payload } = await client.createPaymentPayload(2, accepted)
  return { x402Version: 2, resource: required.resource, accepted, payload }
}

export function encodePayment(payment: unknown): string {
  return Buffer.from(JSON.stringify(payment)).toString('base64')
}

export function decodeHeader<T>(value: string | null): T {
  return JSON.parse(Buffer.from(value ?? '', 'base64').toString()) as T
}

/** The REST server of the product, on a port of its own. */
export async function startRestServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer(createRestListener())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** One round of what the worker does for x402 payments. */
export async function settleRound(): Promise<void> {
  await trackRelays()
  await settleX402Payments()
}

/** A worker of this process that settles until it is stopped. */
export async function startSettling(): Promise<{ stop: () => Promise<void> }> {
  await registerRelayers()
  let isStopped = false
  const running = (async () => {
    while (!isStopped) {
      await settleRound()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    stop: async () => {
      isStopped = true
      await running
    },
  }
}
