import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { poolHistoryPoint, walletEventView, walletView } from '@/domain/wallet'
import { mintFromFaucet } from '@/server/chain'
import { pool } from '@/server/core/db'
import { openChain, testAddress } from '@/test/harness/chain'
import { createTestWorkspace, type TestWorkspace } from '@/test/harness/factories'
import { startTestWatcher, untilSynced } from '@/test/harness/ledger'
import { exportWalletEventsCsv, getPoolHistory, getWallet, listPendingEvents, listWalletEvents } from '.'

const chain = openChain()
const alice = testAddress(1)
const watcher = startTestWatcher()
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await createTestWorkspace({ walletAddress: alice, name: '=HYPERLINK("http://evil","x")' })
  await chain.fund(alice, 1_000_000_000n)
  await chain.approve(alice)
  for (let amount = 1n; amount <= 12n; amount += 1n) await chain.deposit(alice, amount * 1_000_000n)
  await chain.withdraw(alice, 3_000_000n)
  await chain.mine(5)
  await untilSynced()
})

afterAll(() => watcher.stop())

async function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text()
}

test('the wallet shows the ledger and the chain side by side', async () => {
  const view = walletView.parse(await getWallet({ workspaceId: workspace.id }))
  expect(view).toMatchObject({
    workspaceId: workspace.id,
    trackedBalance: '75000000',
    poolBalance: '75000000',
    availableBalance: '75000000',
    reservedBalance: '0',
    walletBalance: '925000000',
    settlementPaused: false,
    lastSyncBlock: (await chain.head()).number.toString(),
  })
  await chain.setPaused(true)
  expect((await getWallet({ workspaceId: workspace.id })).settlementPaused).toBe(true)
  await chain.setPaused(false)
})

test('a workspace that does not exist is not found', async () => {
  await expect(getWallet({ workspaceId: randomUUID() })).rejects.toMatchObject({ code: 'not_found' })
})

test('pages follow one another without gap or repetition while events arrive', async () => {
  const ids: string[] = []
  let cursor: string | undefined
  for (let round = 0; ; round += 1) {
    const page = await listWalletEvents({ workspaceId: workspace.id, cursor, limit: 4 })
    for (const event of page.events) ids.push(walletEventView.parse(event).id)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
    if (round < 2) {
      await chain.deposit(alice, 1n)
      await chain.mine(5)
      await untilSynced()
    }
  }
  expect(ids).toHaveLength(14)
  expect(new Set(ids).size).toBe(14)
  const newest = await listWalletEvents({ workspaceId: workspace.id, limit: 100 })
  expect(newest.events.slice(2).map((event) => event.id)).toEqual(ids)
  const withdrawals = await listWalletEvents({ workspaceId: workspace.id, kinds: ['WITHDRAWAL'], limit: 100 })
  expect(withdrawals.events.map((event) => event.amountUsdc)).toEqual(['3000000'])
})

test('a cursor that is unknown, malformed or of another wallet is refused', async () => {
  const other = await createTestWorkspace()
  const [event] = (await listWalletEvents({ workspaceId: workspace.id, limit: 1 })).events
  const wrong = [
    { workspaceId: workspace.id, cursor: randomUUID() },
    { workspaceId: workspace.id, cursor: "'; drop table x" },
    { workspaceId: other.id, cursor: event?.id },
  ]
  for (const input of wrong) {
    await expect(listWalletEvents({ ...input, limit: 5 })).rejects.toMatchObject({ code: 'invalid_cursor' })
  }
})

test('a shallow event is pending with its confirmations and not in the list', async () => {
  const { transactionHash } = await chain.deposit(alice, 77n)
  await chain.mine(2)
  await untilSynced()
  const pending = await listPendingEvents({ workspaceId: workspace.id })
  expect(pending).toMatchObject([{ txHash: transactionHash, confirmations: 3, confirmationsRequired: 6 }])
  const listed = await listWalletEvents({ workspaceId: workspace.id, limit: 100 })
  expect(listed.events.map((event) => event.txHash)).not.toContain(transactionHash)
  await chain.mine(4)
  await untilSynced()
  expect(await listPendingEvents({ workspaceId: workspace.id })).toEqual([])
})

test('no cell of the CSV can start a formula, and every event is in it', async () => {
  const csv = await readAll(await exportWalletEventsCsv({ workspaceId: workspace.id }))
  const lines = csv.trim().split('\n')
  const { events } = await listWalletEvents({ workspaceId: workspace.id, limit: 100 })
  expect(lines).toHaveLength(events.length + 1)
  expect(lines[1]).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`)
  for (const line of lines.slice(1)) expect(line).not.toMatch(/(^|,)"?[=+\-@\t\r]/)
})

test('a long ledger is exported in batches, in order', async () => {
  const big = await createTestWorkspace({ walletAddress: testAddress(50) })
  await pool().query(
    `insert into wallet_events (chain_id, account, kind, block_number, block_hash, block_time, tx_hash, log_index, amount, pool_delta, pool_after)
     select 31337, $1, 'APPROVAL', 1 + n / 3, '0xb' || n / 3, now(), '0xt' || n, n % 3, n, 0, 0 from generate_series(1, 1203) n`,
    [big.walletAddress],
  )
  const csv = await readAll(await exportWalletEventsCsv({ workspaceId: big.id }))
  const amounts = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[4]))
  expect(amounts).toEqual(Array.from({ length: 1203 }, (_, index) => 1203 - index))
})

test('the history ends at the tracked balance and starts at what was there before', async () => {
  const points = (await getPoolHistory({ workspaceId: workspace.id, days: 30 })).map((point) =>
    poolHistoryPoint.parse(point),
  )
  const { trackedBalance } = await getWallet({ workspaceId: workspace.id })
  expect(points[0]?.balance).toBe('0')
  expect(points.at(-1)?.balance).toBe(trackedBalance)
  expect(points.map((point) => point.at)).toEqual(points.map((point) => point.at).sort())
})

test('the faucet gives test USDC and ETH', async () => {
  const address = testAddress(60)
  await mintFromFaucet({ address, usdc: 5_000_000n, eth: 10n ** 17n })
  expect(await chain.client.getBalance({ address })).toBe(10n ** 17n)
  const guest = await createTestWorkspace({ walletAddress: address })
  expect(await getWallet({ workspaceId: guest.id })).toMatchObject({
    walletBalance: '5000000',
    trackedBalance: '0',
  })
})
