import http from 'node:http'
import pg from 'pg'
import { env } from '../server/core/env'
import type { BenchRow } from './bench-row'
import { createBare, createOverHttp, createPayers } from './payout-payers'
import { CONNECTIONS, callAsEach, measureInRounds, ratioOf, wordsOf } from './rounds'
import { startRestServer } from './start-rest-server'

const INSTANCES = 4
const WARM_UPS = 500

/** Payouts on one hot mandate through four instances at once, each client at one of them, beside the row lock that they meet at. */
export async function benchPayoutInstances(): Promise<BenchRow[]> {
  const { spread } = await createPayers(1)
  const servers = await Promise.all(
    Array.from({ length: INSTANCES }, (_, at) => startRestServer({ name: `payout-instance-${at}` })),
  )
  const connections = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const direct = new pg.Pool({ connectionString: env().DATABASE_URL, max: CONNECTIONS })
  const bare = createBare(direct)
  const created = servers.map(() => 0)
  const instances = servers.map(({ port }, at) => {
    const create = createOverHttp(connections, () => port)
    return { at, create }
  })
  try {
    const [hot] = spread
    if (!hot) throw new Error('nobody to pay')
    const warming = Array.from({ length: WARM_UPS }, (_, turn) => instances[turn % INSTANCES])
    await callAsEach({ call: async (instance) => instance?.create(hot), of: warming })
    await callAsEach({ call: () => bare(hot), of: warming })
    const throughAll = async ({ at, create }: (typeof instances)[number]) => {
      await create(hot)
      created[at] = (created[at] ?? 0) + 1
    }
    const { all, naive } = await measureInRounds({
      all: { call: throughAll, of: instances, isPinned: true },
      naive: { call: () => bare(hot), of: instances },
    })
    const [times, slowest] = [ratioOf(all.rate, naive.rate), Math.min(...created)]
    const share = (slowest * INSTANCES) / created.reduce((sum, count) => sum + count, 0)
    return [
      {
        name: `payouts on one hot mandate through ${INSTANCES} instances, beside its row lock`,
        measured: `${wordsOf(all)}, ${times.toFixed(1)} times the row lock, slowest instance ${share.toFixed(2)} of the mean`,
        limit: wordsOf(naive),
        goal: '≥ 2 times the row lock, slowest instance ≥ 0.5 of the mean',
        isMet: times >= 2 && share >= 0.5,
      },
    ]
  } finally {
    connections.destroy()
    await direct.end()
    await Promise.all(servers.map(({ stop }) => stop()))
  }
}
