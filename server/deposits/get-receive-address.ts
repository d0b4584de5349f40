import { checksummed } from '@/domain/address'
import { DEPOSIT_CONFIRMATIONS, MIN_DEPOSIT_ATOMIC, type ReceiveAddressView } from '@/domain/deposits'
import { formatUsdc } from '@/domain/money'
import { env } from '@/server/core/env'
import { selectLinkedWallets } from './deposit-repository'
import { requireDeposits } from './require-deposits'

/** Where to send USDC, and from which wallets it is credited to this agent. Throws `feature_disabled`. */
export async function getReceiveAddress(agent: { agentId: string }): Promise<ReceiveAddressView> {
  const receiver = requireDeposits()
  return {
    receive_address: checksummed(receiver),
    chain_id: env().NETWORK.chainId,
    asset_address: checksummed(env().USDC_ADDRESS),
    min_usd: formatUsdc(MIN_DEPOSIT_ATOMIC, { style: 'plain' }),
    confirmations_required: DEPOSIT_CONFIRMATIONS,
    linked_wallets: (await selectLinkedWallets(agent.agentId)).map(checksummed),
  }
}
