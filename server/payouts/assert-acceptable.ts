import { findLostAddress } from '@/domain/lost-address'
import type { PayoutInput } from '@/domain/payout'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { assertPublicTarget } from '@/server/outbound'

/**
 * What can be said of a request without its workspace; the paying wallet itself is refused by the statement. Throws
 * `unsupported_network`, `unsupported_asset`, `recipient_refused` and `target_refused`.
 */
export async function assertAcceptable(input: PayoutInput, { agentId }: { agentId: string }): Promise<void> {
  const { NETWORK, USDC_ADDRESS: usdc, SETTLEMENT_ADDRESS: settlement } = env()
  if (input.network !== null && input.network !== NETWORK.name) {
    throw new AppError('unsupported_network', `This deployment pays on ${NETWORK.name}.`, {
      param: 'network',
    })
  }
  if (input.assetAddress !== null && input.assetAddress !== usdc) {
    throw new AppError('unsupported_asset', `Only USDC of ${NETWORK.name} is paid out.`, {
      param: 'assetAddress',
    })
  }
  const lost = findLostAddress(input.toAddress, { usdc, settlement })
  if (lost !== null) {
    throw new AppError('recipient_refused', `USDC sent to ${lost} would be lost.`, { param: 'toAddress' })
  }
  // Paying must not hang on whether a resolver answers at this moment.
  const webhook = { param: 'webhookUrl', isSilenceAllowed: true, asker: agentId }
  if (input.webhookUrl !== null) await assertPublicTarget(input.webhookUrl, webhook)
}
