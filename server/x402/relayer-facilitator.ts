import { checksummed } from '@/domain/address'
import { listRelayers } from '@/server/relayer'
import type { Facilitator } from './facilitator'
import { sendSettlement } from './send-settlement'
import { verifyPayment } from './verify-payment'

/** The default: verified in this process, sent by the worker's relayer. `upto` binds who sends, so its offer names the relayer. */
export const relayerFacilitator: Facilitator = {
  name: 'relayer',
  offer: async (scheme) => {
    const relayers = await listRelayers()
    if (scheme === 'upto') return relayers.map((address) => ({ facilitatorAddress: checksummed(address) }))
    return relayers.length > 0 ? [{}] : []
  },
  verify: verifyPayment,
  settle: sendSettlement,
}
