// A worker that is killed at one round trip of a payout's life, and the next one that finishes what it left. The round trips are those that
// a worker is seen to make, so that nobody has to remember one that is added.
import { afterAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { type Boundary, type BoundaryProxies, startBoundaryProxies } from './boundary-proxies'
import { bundleScript } from './bundle-script'
import { ageRelays, PAYOUT_LIVES, type PayoutLife } from './payout-lives'
import { type AskedPayout, chain, round } from './payout-scene'
import { areAllOver, expectConserved, killWorker, startPayoutRounds } from './payout-workers'

type Trip = Omit<Boundary, 'when'> & { isAroundSend: boolean }
type StartWorker = () => ReturnType<typeof startPayoutRounds>

const MOST_ROUNDS = 10
const keyOf = ({ trip, nth }: Trip) => `${nth} ${trip}`

/** A test for each round trip. They start a process each, so that the two sides of the kill are files of their own. */
export async function testKills(when: Boundary['when']): Promise<void> {
  const proxies = await startBoundaryProxies({ databaseUrl: env().DATABASE_URL, rpcUrl: env().RPC_URL })
  const script = await bundleScript('test/harness/run-payout-rounds.ts')
  afterAll(() => Promise.all([proxies.stop(), script.remove()]))
  const { databaseUrl, rpcUrls } = proxies
  const start: StartWorker = () =>
    startPayoutRounds(script.path, {
      ...{ DATABASE_URL: databaseUrl, RPC_URL: rpcUrls[0], RPC_URL_SECOND: rpcUrls[1] },
    })
  await registerRelayers()
  const known = new Set<string>()
  for (const life of PAYOUT_LIVES) {
    const trips = await record(life, { proxies, start })
    const fresh = trips.filter((trip) => trip.isAroundSend || !known.has(keyOf(trip)))
    for (const trip of trips) known.add(keyOf(trip))
    describe(life.name, () => testLife(life, { proxies, start, trips: fresh, when }))
  }
}

type LifeTests = {
  proxies: BoundaryProxies
  start: StartWorker
  trips: readonly Trip[]
  when: Boundary['when']
}

function testLife(life: PayoutLife, { proxies, start, trips, when }: LifeTests) {
  for (const { trip, nth } of trips) {
    const title = nth === 1 ? shorten(trip) : `${shorten(trip)}, number ${nth}`
    test(`kill -9 right ${when} ${title}: the next one finishes, and each is paid once or never`, async () => {
      const worker = start()
      const payouts = await life.arrange()
      proxies.arm({ trip, nth, when }, () => worker.process.kill('SIGKILL'))
      await live(life, worker)
      const { signalCode } = worker.process
      await killWorker(worker)
      expect(signalCode).toBe('SIGKILL')
      await life.calm?.()
      await finish(payouts)
      await life.expectEnd(payouts)
      await expectConserved(payouts)
    }, 240_000)
  }
}

/** The next worker's rounds, until all are over and nothing of theirs is on its way. */
async function finish(payouts: readonly AskedPayout[]) {
  for (let n = 0; n < MOST_ROUNDS && !((await areAllOver(payouts)) && (await isQuiet())); n += 1) {
    await chain.mine(3)
    await ageRelays(12)
    await trackRelays()
    await round()
  }
}

async function isQuiet(): Promise<boolean> {
  const { rowCount } = await pool().query(
    `select 1 from relayer_transactions where status in ('prepared', 'sent') limit 1`,
  )
  return rowCount === 0
}

async function live({ steps }: PayoutLife, worker: ReturnType<StartWorker>) {
  for (const step of steps) {
    if (!worker.isAlive()) return
    await step()
    await pool().query('update payouts set next_try_at = null where next_try_at is not null')
    await worker.round()
  }
}

const SENDS = /eth_sendRawTransaction/
const MOVES = /payout_move/
const WRITES = /^(insert|update|with) |(payout|relay)_\w+\(/
/** Comes by the clock, five seconds into a round: whether there is one depends on how busy the machine is. */
const RENEWAL = /^update payouts p set lease_until = now\(\)/

/** The round trips of a worker that is left in peace, in their order: each once, and all that send or move, with what they store just before and after. */
async function record(
  life: PayoutLife,
  { proxies, start }: Pick<LifeTests, 'proxies' | 'start'>,
): Promise<Trip[]> {
  const worker = start()
  const payouts = await life.arrange()
  const made: string[] = []
  proxies.record((trip) => made.push(trip))
  await live(life, worker)
  await killWorker(worker)
  await life.expectEnd(payouts)
  await finish(payouts)
  await expectConserved(payouts)
  for (const told of life.includes) expect(made).toContainEqual(expect.stringMatching(told))
  const counts = new Map<string, number>()
  const trips = made.map((trip, index) => {
    const nth = (counts.get(trip) ?? 0) + 1
    counts.set(trip, nth)
    const isAround = (what: RegExp) =>
      what.test(trip) ||
      (WRITES.test(trip) && [index - 1, index + 1].some((beside) => what.test(made[beside] ?? '')))
    return { trip, nth, isAroundSend: isAround(SENDS), isAroundMove: isAround(MOVES) }
  })
  return trips.filter(
    ({ trip, nth, isAroundSend, isAroundMove }) =>
      (nth === 1 || isAroundSend || isAroundMove) && !RENEWAL.test(trip),
  )
}

const SHOWN = 60

/** Its beginning and its end, which says what it is about. */
function shorten(trip: string): string {
  return trip.length > 2 * SHOWN ? `${trip.slice(0, SHOWN)} … ${trip.slice(-SHOWN)}` : trip
}
