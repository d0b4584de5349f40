import { percentile } from './bench-row'

export const CONNECTIONS = 32
export const ROUNDS = 5
const ROUND_MILLISECONDS = 1_500

/** Calls per second, and the 99th percentile in milliseconds. */
export type Round = { rate: number; p99: number }
/** The same of one case, round by round. */
export type Measured = { rate: number[]; p99: number[] }

/** One way to call, whose turn it is, over and over, and how many call at once. */
export type Case<Caller> = {
  call: (caller: Caller) => Promise<void>
  of: readonly Caller[]
  clients?: number
  /** Each client calls as the same one all the time. */
  isPinned?: boolean
}

/** Measures each case with 32 clients, or as many as it says, in alternating rounds: another process on the machine disturbs all alike. */
export async function measureInRounds<Name extends string, Caller>(
  cases: Record<Name, Case<Caller>>,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(cases) as Name[]
  const works = Object.fromEntries(names.map((name) => [name, () => measureARound(cases[name])]))
  const rounds = await alternate(works as Record<Name, () => Promise<Round>>)
  return Object.fromEntries(names.map((name) => [name, measuredOf(rounds[name])])) as Record<Name, Measured>
}

export function measuredOf(rounds: readonly Round[]): Measured {
  return { rate: rounds.map(({ rate }) => rate), p99: rounds.map(({ p99 }) => p99) }
}

/** What each of these found in each of as many rounds, one after the other in each round. */
export async function alternate<Name extends string, Found>(
  works: Record<Name, () => Promise<Found>>,
): Promise<Record<Name, Found[]>> {
  const names = Object.keys(works) as Name[]
  const found = Object.fromEntries(names.map((name) => [name, [] as Found[]])) as Record<Name, Found[]>
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) found[name].push(await works[name]())
  }
  return found
}

/** Of `count` things that `work` does, how many it did in a second. */
export async function ratePerSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return count / ((performance.now() - startedAt) / 1000)
}

/** One round of one case. */
export async function measureARound<Caller>(
  { call, of, clients = CONNECTIONS, isPinned = false }: Case<Caller>,
  milliseconds = ROUND_MILLISECONDS,
): Promise<Round> {
  const times: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + milliseconds
  let next = 0
  const client = async (_: unknown, at: number) => {
    while (performance.now() < endsAt) {
      const caller = of[(isPinned ? at : next++) % of.length]
      if (caller === undefined) throw new Error('nobody to call as')
      const sentAt = performance.now()
      await call(caller)
      times.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { rate: times.length / ((performance.now() - startedAt) / 1000), p99: percentile(times, 0.99) }
}

/** Calls once as each, before anything is measured. */
export async function callAsEach<Caller>({ call, of, clients = CONNECTIONS }: Case<Caller>): Promise<void> {
  const waiting = [...of]
  const client = async () => {
    for (let caller = waiting.pop(); caller !== undefined; caller = waiting.pop()) await call(caller)
  }
  await Promise.all(Array.from({ length: clients }, client))
}

/** The median of the ratios of neighbouring rounds. */
export function ratioOf(left: readonly number[], right: readonly number[]): number {
  return percentile(
    left.map((value, round) => value / (right[round] ?? Number.NaN)),
    0.5,
  )
}

export function wordsOf({ rate, p99 }: Measured): string {
  return `${Math.round(percentile(rate, 0.5))}/s, p99 ${percentile(p99, 0.5).toFixed(1)} ms`
}
