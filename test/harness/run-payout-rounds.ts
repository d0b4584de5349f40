// A worker's payouts as a process of its own that does a round for each line it is given: made to be killed at one exact place.
import { createInterface } from 'node:readline'
import { expirePayouts } from '@/server/payout-execution'
import { advanceDuePayouts } from '@/server/payout-execution/advance-payouts'
import { registerRelayers, trackRelays } from '@/server/relayer'

const start = [registerRelayers]
for await (const _ of createInterface(process.stdin)) {
  for (const work of [...start.splice(0), trackRelays, advanceDuePayouts, expirePayouts]) {
    await work().catch((error: Error) => process.stderr.write(`${error.stack}\n`))
  }
  process.stdout.write('done\n')
}
