// A worker's withdrawals without pause, as a process of its own: made to be killed.
import { registerRelayers, trackRelays } from '@/server/relayer'
import { relayWithdrawals } from '@/server/withdrawals'

await registerRelayers()
process.stdout.write('ready\n')
for (;;) {
  await trackRelays().catch(() => {})
  await relayWithdrawals().catch(() => {})
}
