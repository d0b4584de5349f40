import { env } from '@/server/core/env'
import { relayWithdrawals } from '@/server/withdrawals'

/** One round over due withdrawals. A worker without relayer keys leaves them to others. */
export async function relayDueWithdrawals(): Promise<void> {
  if (env().RELAYER_PRIVATE_KEYS.length === 0) return
  await relayWithdrawals()
}
