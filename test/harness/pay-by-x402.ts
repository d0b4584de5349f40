// x402 settlements with the protocol's own client and facilitator, for tests of what must not count as a deposit.
import { x402Facilitator } from '@x402/core/facilitator'
import type { PaymentPayload, PaymentRequirements, SchemeNetworkClient } from '@x402/core/types'
import { toClientEvmSigner, toFacilitatorEvmSigner } from '@x402/evm'
import { ExactEvmScheme as ExactClient } from '@x402/evm/exact/client'
import { ExactEvmScheme as ExactFacilitator } from '@x402/evm/exact/facilitator'
import { UptoEvmScheme as UptoClient } from '@x402/evm/upto/client'
import { UptoEvmScheme as UptoFacilitator } from '@x402/evm/upto/facilitator'
import {
  createWalletClient,
  type Hex,
  http,
  type PrivateKeyAccount,
  publicActions,
  type TypedData,
} from 'viem'
import { foundry } from 'viem/chains'
import { env } from '@/server/core/env'

const NETWORK = 'eip155:31337'

export type X402Way = 'eip3009' | 'exact over Permit2' | 'upto over Permit2'

/** Settles `amount` atomic units from the payer, who has approved Permit2 where that is used. Answers the transaction. */
export async function payByX402({
  way,
  payer,
  facilitator: account,
  payTo,
  amount,
}: {
  way: X402Way
  payer: PrivateKeyAccount
  /** Sends the settlement and needs ETH. */
  facilitator: PrivateKeyAccount
  payTo: `0x${string}`
  amount: bigint
}): Promise<Hex> {
  const client = createWalletClient({
    account,
    chain: foundry,
    transport: http(env().RPC_URL),
    pollingInterval: 20,
  }).extend(publicActions)
  const signer = toClientEvmSigner(payer, client)
  const scheme: SchemeNetworkClient =
    way === 'upto over Permit2' ? new UptoClient(signer) : new ExactClient(signer)
  const requirements: PaymentRequirements = {
    scheme: scheme.scheme,
    network: NETWORK,
    amount: String(amount),
    asset: env().USDC_ADDRESS,
    payTo,
    maxTimeoutSeconds: 300,
    extra: {
      name: 'USD Coin',
      version: '2',
      ...(way === 'exact over Permit2' ? { assetTransferMethod: 'permit2' } : {}),
      ...(way === 'upto over Permit2' ? { facilitatorAddress: account.address } : {}),
    },
  }
  const { payload } = await scheme.createPaymentPayload(2, requirements)
  const payment: PaymentPayload = { x402Version: 2, accepted: requirements, payload }
  const facilitatorSigner = toFacilitatorEvmSigner({
    ...client,
    address: account.address,
    verifyTypedData: (args) =>
      client.verifyTypedData({ ...args, types: args.types as TypedData, blockTag: 'latest' }),
  })
  const facilitator = new x402Facilitator()
    .register(NETWORK, new ExactFacilitator(facilitatorSigner))
    .register(NETWORK, new UptoFacilitator(facilitatorSigner))
  const settled = await facilitator.settle(payment, requirements)
  if (!settled.success) throw new Error(`the settlement failed: ${JSON.stringify(settled)}`)
  return settled.transaction as Hex
}
