// A process that claims a deposit, reads transfers or confirms them, and kills itself after the nth query or call of the chain; nothing
// outside changes between the end of one and the start of the next. Ends with 0 when it came to its end alive. Arguments: claim | read | advance, n, agent, transaction.
import { closeDatabase, pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { advanceDeposits, claimDeposit, createDepositReader } from '@/server/deposits'

const [action, boundary, agentId = '', txHash = ''] = process.argv.slice(2)
let passed = 0

function pass() {
  passed += 1
  if (passed === Number(boundary)) process.kill(process.pid, 'SIGKILL')
}

function betweenBoundaries<T extends (...args: never[]) => unknown>(call: T): T {
  return new Proxy(call, {
    apply: async (target, self, args) => {
      const answer = await Reflect.apply(target, self, args)
      pass()
      return answer
    },
  })
}

pool().query = betweenBoundaries(pool().query)
globalThis.fetch = betweenBoundaries(globalThis.fetch)

if (action === 'claim') {
  await claimDeposit({ agent: { agentId }, txHash: txHash as `0x${string}`, chainId: env().NETWORK.chainId })
} else if (action === 'read') {
  await createDepositReader().step(AbortSignal.timeout(30_000))
} else {
  await advanceDeposits()
}
await closeDatabase()
