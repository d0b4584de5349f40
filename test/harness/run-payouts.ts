// A worker's payouts without pause, as a process of its own: made to be killed, stopped and cut off.
import { expirePayouts } from '@/server/payout-execution'
import { advanceDuePayouts } from '@/server/payout-execution/advance-payouts'
import { registerRelayers, trackRelays } from '@/server/relayer'

const pause = () => new Promise((resolve) => setTimeout(resolve, 20))

async function patiently(work: () => Promise<unknown>) {
  await work().catch(() => pause())
}

for (let isRegistered = false; !isRegistered; ) {
  await patiently(async () => {
    await registerRelayers()
    isRegistered = true
  })
}
process.stdout.write('ready\n')
for (;;) {
  await patiently(trackRelays)
  await patiently(advanceDuePayouts)
  await patiently(expirePayouts)
  await pause()
}
