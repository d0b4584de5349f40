import { beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { createTestWorkspace } from '@/test/harness/factories'
import { findWorkspaceManagedWallet, type ManagedWallet, STOCK_SIZE, signerOf, stockWallets } from '.'

const CHAIN_ID = 31337

beforeEach(async () => {
  await pool().query('delete from managed_wallets')
  await pool().query('update workspaces set deleted_at = now() where deleted_at is null')
})

async function count(condition: string): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `select count(*)::int as count from managed_wallets where ${condition}`,
  )
  return rows[0]?.count ?? 0
}

const signWord = (wallet: ManagedWallet) =>
  signerOf(wallet).signTypedData({
    domain: { chainId: CHAIN_ID },
    types: { Word: [{ name: 'value', type: 'uint256' }] },
    primaryType: 'Word',
    message: { value: 1n },
  })

const eightWorkers = () => Promise.all(Array.from({ length: 8 }, () => stockWallets()))

test('eight workers at once make 20 wallets between them, not 160, and rounds after that make none', async () => {
  const made = await eightWorkers()
  expect(made.reduce((sum, { created }) => sum + created, 0)).toBe(STOCK_SIZE)
  expect(await count('workspace_id is null')).toBe(STOCK_SIZE)
  expect(await stockWallets()).toEqual({ created: 0, assigned: 0 })
})

test('a new workspace takes exactly one, of the stock, in the transaction that makes it; the next round makes another', async () => {
  await stockWallets()
  const workspaces = await Promise.all(Array.from({ length: 12 }, () => createTestWorkspace()))
  expect(await count('workspace_id is null')).toBe(STOCK_SIZE - 12)
  const wallets = await Promise.all(workspaces.map(({ id }) => findWorkspaceManagedWallet(id)))
  expect(new Set(wallets.map((wallet) => wallet?.address)).size).toBe(12)
  expect(await count('workspace_id is not null and assigned_at is not null')).toBe(12)
  expect((await stockWallets()).created).toBe(12)
})

test('workspaces that are there already get one each, by however many workers; deleted ones get none', async () => {
  const workspaces = await Promise.all(Array.from({ length: 30 }, () => createTestWorkspace()))
  const [deleted, ...live] = workspaces
  await pool().query('update workspaces set deleted_at = now() where id = $1', [deleted?.id])
  expect(await count('true')).toBe(0)
  await eightWorkers()
  const wallets = await Promise.all(live.map(({ id }) => findWorkspaceManagedWallet(id)))
  expect(new Set(wallets.map((wallet) => wallet?.address)).size).toBe(29)
  expect(await findWorkspaceManagedWallet(deleted?.id ?? '')).toBeNull()
  expect(await count('workspace_id is null')).toBe(STOCK_SIZE)
})

test('a wallet that was made here signs with the key that was sealed with it', async () => {
  await stockWallets()
  const { id } = await createTestWorkspace()
  const wallet = await findWorkspaceManagedWallet(id)
  if (!wallet) throw new Error('the workspace took no wallet')
  expect(await signWord(wallet)).toMatch(/^0x[0-9a-f]{130}$/)
})

test('after a change of WALLET_ENCRYPTION_KEY no workspace gets a wallet that the new key does not open; those in use stay', async () => {
  await stockWallets()
  const before = await createTestWorkspace()
  const kept = await findWorkspaceManagedWallet(before.id)
  const settings = env()
  const encryptionKey = settings.WALLET_ENCRYPTION_KEY
  settings.WALLET_ENCRYPTION_KEY = 'c1'.repeat(32)
  try {
    expect((await stockWallets()).created).toBe(STOCK_SIZE)
    const { id } = await createTestWorkspace()
    const wallet = await findWorkspaceManagedWallet(id)
    if (!wallet) throw new Error('the workspace took no wallet')
    expect(await signWord(wallet)).toMatch(/^0x[0-9a-f]{130}$/)
    expect(await findWorkspaceManagedWallet(before.id)).toEqual(kept)
    expect(await stockWallets()).toEqual({ created: 1, assigned: 0 })
  } finally {
    settings.WALLET_ENCRYPTION_KEY = encryptionKey
  }
})

test('a workspace has one wallet on a chain: the database refuses a second', async () => {
  await stockWallets()
  const { id } = await createTestWorkspace()
  const second = pool().query(
    `update managed_wallets set workspace_id = $1
      where address = (select address from managed_wallets where workspace_id is null limit 1)`,
    [id],
  )
  await expect(second).rejects.toMatchObject({ code: '23505' })
})
