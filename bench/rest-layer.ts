import http from 'node:http'
import { buildConsole, isBuildCurrent } from '../scripts/stack/build-console'
import { type BenchRow, percentile } from './bench-row'
import { startNext } from './start-next'
import { startProcess, UNLIMITED } from './start-process'

const CONNECTIONS = 16
const ROUNDS = 5
const ROUND_MILLISECONDS = 2_000
const PATH = '/api/v1/config'

/** The same REST handler answered by the lean server and by a Next route handler, in alternating rounds. */
export async function benchRestLayer(): Promise<BenchRow[]> {
  if (!isBuildCurrent()) buildConsole()
  const lean = await startProcess({
    name: 'lean',
    script: 'server/main.ts',
    path: PATH,
    environment: UNLIMITED,
  })
  const next = await startNext({ path: PATH })
  try {
    const ratios: number[] = []
    const rates = { lean: [] as number[], next: [] as number[] }
    for (const server of [lean, next]) await countAnswers(`${server.url}${PATH}`)
    for (let round = 0; round < ROUNDS; round += 1) {
      const [ofLean, ofNext] = [
        await countAnswers(`${lean.url}${PATH}`),
        await countAnswers(`${next.url}${PATH}`),
      ]
      rates.lean.push(ofLean)
      rates.next.push(ofNext)
      ratios.push(ofLean / ofNext)
    }
    const ratio = percentile(ratios, 0.5)
    return [
      {
        name: 'GET /api/v1/config, lean server beside a Next route handler',
        measured: `${Math.round(percentile(rates.lean, 0.5))}/s, ${ratio.toFixed(1)} times Next`,
        limit: `${Math.round(percentile(rates.next, 0.5))}/s by Next`,
        goal: '≥ 2 times Next',
        isMet: ratio >= 2,
      },
    ]
  } finally {
    await lean.stop()
    await next.stop()
  }
}

/** Answers per second of one round. */
async function countAnswers(url: string): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const endsAt = performance.now() + ROUND_MILLISECONDS
  let answers = 0
  const client = async () => {
    while (performance.now() < endsAt) {
      await get(url, agent)
      answers += 1
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  agent.destroy()
  return answers / ((performance.now() - startedAt) / 1000)
}

function get(url: string, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`))
        response.resume()
        response.once('end', resolve)
      })
      .once('error', reject)
  })
}
