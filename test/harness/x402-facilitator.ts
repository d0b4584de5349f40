// A facilitator over HTTP as others run them: it speaks the protocol and really settles on the local chain, with a key of its own.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { x402Facilitator } from '@x402/core/facilitator'
import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import { toFacilitatorEvmSigner } from '@x402/evm'
import { ExactEvmScheme } from '@x402/evm/exact/facilitator'
import { UptoEvmScheme } from '@x402/evm/upto/facilitator'
import { createWalletClient, http, publicActions, type TypedData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { env } from '@/server/core/env'
import type { openChain } from './chain'

export type StandInFacilitator = {
  url: string
  address: `0x${string}`
  /** Path and authorization of every call so far. */
  calls: { path: string; authorization: string | undefined }[]
  /** How `/settle` fails: the connection is cut before or after the payment was settled. */
  breakSettle: (how: 'before' | 'after' | null) => void
  stop: () => Promise<void>
}

type Asked = { paymentPayload: PaymentPayload; paymentRequirements: PaymentRequirements }

export async function startFacilitator(
  chain: ReturnType<typeof openChain>,
  { schemes }: { schemes: readonly ('exact' | 'upto')[] },
): Promise<StandInFacilitator> {
  const account = privateKeyToAccount(generatePrivateKey())
  await chain.client.setBalance({ address: account.address, value: 10n ** 20n })
  const facilitator = buildFacilitator(account, schemes)
  const calls: StandInFacilitator['calls'] = []
  let broken: 'before' | 'after' | null = null
  const answer = async (path: string, body: Asked | null) => {
    if (path.endsWith('/supported') || !body) return facilitator.getSupported()
    if (path.endsWith('/verify')) return facilitator.verify(body.paymentPayload, body.paymentRequirements)
    if (broken === 'before') throw new Error('cut before')
    const settled = await facilitator.settle(body.paymentPayload, body.paymentRequirements)
    if (broken === 'after') throw new Error('cut after')
    return settled
  }
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    calls.push({ path, authorization: request.headers.authorization })
    try {
      const body = JSON.stringify(await answer(path, await readBody(request)))
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    } catch {
      response.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x402`,
    address: account.address,
    calls,
    breakSettle: (how) => {
      broken = how
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function buildFacilitator(
  account: ReturnType<typeof privateKeyToAccount>,
  schemes: readonly ('exact' | 'upto')[],
): x402Facilitator {
  const wallet = createWalletClient({
    account,
    chain: foundry,
    transport: http(env().RPC_URL),
    pollingInterval: 50,
  }).extend(publicActions)
  const signer = toFacilitatorEvmSigner({
    ...wallet,
    address: account.address,
    verifyTypedData: (args) => wallet.verifyTypedData({ ...args, types: args.types as TypedData }),
  })
  const facilitator = new x402Facilitator()
  if (schemes.includes('exact')) facilitator.register('eip155:31337', new ExactEvmScheme(signer))
  if (schemes.includes('upto')) facilitator.register('eip155:31337', new UptoEvmScheme(signer))
  return facilitator
}

async function readBody(request: IncomingMessage): Promise<Asked | null> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? null : (JSON.parse(Buffer.concat(chunks).toString()) as Asked)
}
