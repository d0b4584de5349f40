import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startAnvil } from '@/scripts/chain/start-anvil'
import { env } from '@/server/core/env'
import { reconcilePools, type Watcher } from '@/server/watcher'
import { openChain, testAddress } from '@/test/harness/chain'
import { readLedger, startTestWatcher, trackedBalance, untilSynced } from '@/test/harness/ledger'

const chain = openChain()
const alice = testAddress(1)
const AMOUNT = 29n

/** One endpoint that shows now this branch of the chain and now that one, as providers do when they disagree. */
let shown = env().RPC_URL
const endpoint = createServer(async (request, response) => {
  const answer = await fetch(shown, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: await text(request),
  })
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  response.end(await answer.text())
})
const stops: (() => Promise<unknown>)[] = []
let watcher: Watcher | undefined
let endpointUrl: string

beforeAll(async () => {
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
  endpointUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`
  await chain.fund(alice, 1_000_000n)
  await chain.approve(alice)
})

afterEach(async () => {
  await watcher?.stop()
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

afterAll(() => new Promise((resolve) => endpoint.close(resolve)))

/** Another branch behind `block`, with so many empty blocks. */
async function openBranch({ block, blocks }: { block: bigint; blocks: number }) {
  const anvil = await startAnvil({ port: 0, blockTimeSeconds: 0, fork: { rpcUrl: env().RPC_URL, block } })
  stops.push(() => anvil.stop())
  const branch = openChain({ rpcUrl: anvil.rpcUrl })
  await branch.mine(blocks)
  return anvil.rpcUrl
}

const rowsOfDeposit = async () =>
  (await readLedger(alice)).filter(({ amount }) => amount === AMOUNT || amount === -AMOUNT)

test('a final block that was dropped and comes back unchanged is entered once more, however often it goes and comes', async () => {
  watcher = startTestWatcher({ urls: [endpointUrl] })
  await chain.mine(6)
  const { number: before } = await chain.head()
  await chain.deposit(alice, AMOUNT)
  await chain.mine(9)
  await untilSynced(endpointUrl)
  const [credited] = await rowsOfDeposit()
  expect(credited).toMatchObject({ amount: AMOUNT, reversalOf: null })

  for (const times of [1, 2]) {
    const { number: head } = await chain.head()
    shown = await openBranch({ block: before, blocks: Number(head - before) + 2 })
    await untilSynced(endpointUrl)
    expect(await trackedBalance(alice)).toBe(0n)
    expect(await rowsOfDeposit()).toHaveLength(2 * times)

    await chain.mine(5)
    shown = env().RPC_URL
    await untilSynced(endpointUrl)
    const rows = await rowsOfDeposit()
    expect(rows.map(({ amount }) => amount).sort()).toEqual([
      ...Array.from({ length: times }, () => -AMOUNT),
      ...Array.from({ length: times + 1 }, () => AMOUNT),
    ])
    const entered = rows.filter(({ reversalOf }) => reversalOf === null)
    expect(new Set(entered.map(({ blockHash }) => blockHash))).toEqual(new Set([credited?.blockHash]))
    expect(await trackedBalance(alice)).toBe(AMOUNT)
  }
  expect(await trackedBalance(alice)).toBe(await chain.poolOf(alice))
  expect(await reconcilePools()).toMatchObject({ type: 'compared', differences: 0 })
}, 180_000)
