// A worker's sender that kills itself after the nth query or answer of a receiver. Ends with 0 when everything was recorded before. Argument: n.
import { closeDatabase, pool } from '@/server/core/db'
import { fetchOutbound } from '@/server/outbound'
import { createWebhookSender } from '@/server/webhooks'

const boundary = Number(process.argv[2])
let passed = 0

function betweenBoundaries<T extends (...args: never[]) => unknown>(call: T): T {
  return new Proxy(call, {
    apply: async (target, self, args) => {
      const answer = await Reflect.apply(target, self, args)
      passed += 1
      if (passed === boundary) process.kill(process.pid, 'SIGKILL')
      return answer
    },
  })
}

const query = pool().query.bind(pool())
pool().query = betweenBoundaries(pool().query)
const controller = new AbortController()
const running = createWebhookSender({ call: betweenBoundaries(fetchOutbound) }).run(controller.signal)
for (;;) {
  const { rows } = await query(
    `select (select count(*) from webhook_events where fanned_out_at is null) + (select count(*) from webhook_deliveries where status = 'pending') as open`,
  )
  if (rows[0]?.open === 0n) break
  await new Promise((resolve) => setTimeout(resolve, 20))
}
controller.abort()
await running
await closeDatabase()
