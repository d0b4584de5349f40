import { claimInput, claimView, receiveAddressView } from '@/domain/deposits'
import { env } from '@/server/core/env'
import { claimDeposit, getReceiveAddress } from '@/server/deposits'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'

const tag = 'Prepaid balance'
const isEnabled = () => env().PREPAY_DEPOSITS_ENABLED

export function addDepositRoutes(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/balance/deposit/receive-address',
    tag,
    summary: 'Where to send USDC, and from which wallets',
    auth: 'agent',
    isEnabled,
    answers: { 200: { description: 'The address and its rules', schema: receiveAddressView } },
    handle: async ({ agent }) => answerJson(await getReceiveAddress(agent)),
  })
  defineRoute(app, {
    method: 'post',
    path: '/api/v1/balance/deposit/claim',
    tag,
    summary: 'Credit a USDC transfer to the virtual balance',
    description:
      'The sender is read from the token’s Transfer log and must be a wallet linked to this agent. Before six confirmations the claim is kept and credited without asking again.',
    auth: 'agent',
    isEnabled,
    body: claimInput,
    answers: { 200: { description: 'Credited, now or before', schema: claimView } },
    errors: [
      'UNSUPPORTED_CHAIN',
      'TX_NOT_FOUND',
      'TX_REVERTED',
      'DEPOSIT_IS_X402_SETTLEMENT',
      'NOT_A_DEPOSIT',
      'DEPOSIT_CLAIMED_BY_ANOTHER_AGENT',
      'SENDER_NOT_LINKED',
      'BELOW_MINIMUM',
      'CONFIRMATIONS_PENDING',
      'DEPOSIT_REVERSED',
      'INVALID_STATE',
    ],
    idempotency: 'tx_hash is the key: the same hash again answers the original credit.',
    handle: async ({ agent, body }) =>
      answerJson(await claimDeposit({ agent, txHash: body.tx_hash, chainId: body.chain_id })),
  })
}
