import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { relayDeposits } from '@/server/wallets'

let isRegistered = false

/** One round over relayed transactions and due gasless deposits. A worker without relayer keys leaves them to others. */
export async function relayDueDeposits(): Promise<void> {
  if (env().RELAYER_PRIVATE_KEYS.length === 0) return
  if (!isRegistered) {
    await registerRelayers()
    isRegistered = true
  }
  await trackRelays()
  await relayDeposits()
}
