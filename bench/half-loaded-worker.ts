// A worker's payouts at half load, as a process of its own: it rests as long as each round took, and while it is told to.
import { setTimeout as sleep } from 'node:timers/promises'
import { advanceDuePayouts } from '@/server/payout-execution/advance-payouts'
import { registerRelayers, trackRelays } from '@/server/relayer'

const IDLE_MILLISECONDS = 20
const state = { isWanted: false, isWorking: false }

process.on('message', (message) => {
  state.isWanted = message === 'work'
})
process.on('disconnect', () => process.exit(0))

await registerRelayers()
process.send?.('rest')
for (;;) {
  if (state.isWorking !== state.isWanted) {
    state.isWorking = state.isWanted
    process.send?.(state.isWorking ? 'work' : 'rest')
  }
  const startedAt = performance.now()
  if (state.isWorking) await Promise.all([advanceDuePayouts(), trackRelays()]).catch(() => {})
  await sleep(Math.max(IDLE_MILLISECONDS, performance.now() - startedAt))
}
