import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'

test('the migrations build exactly the schema that Prisma describes', () => {
  const args = [
    'node_modules/prisma/build/index.js',
    'migrate',
    'diff',
    '--from-config-datasource',
    '--to-schema',
    'prisma/schema',
    '--exit-code',
  ]
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', env: process.env })
  expect(result.stdout + result.stderr).toContain('No difference detected')
  expect(result.status).toBe(0)
})

test('prisma migrate status agrees with our own migration runner', () => {
  const result = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'migrate', 'status'], {
    encoding: 'utf8',
    env: process.env,
  })
  expect(result.stdout).toContain('Database schema is up to date')
})

test('npm run migrate fills an empty database, and a second run finds nothing to do', async () => {
  const url = new URL(env().DATABASE_URL)
  url.pathname = `${url.pathname}_empty`
  await pool().query(`create database ${url.pathname.slice(1)}`)
  const run = () =>
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/migrate.ts'], {
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: url.toString() },
    })
  expect(run().stdout).toMatch(/^Applied \d+: 20261121000000_foundation/)
  expect(run().stdout).toContain('up to date')
})

const ALICE = `0x${'a1'.repeat(20)}`

test('the ledger of wallet events refuses updates and deletes', async () => {
  await pool().query(
    `insert into wallet_events (chain_id, account, kind, block_number, block_hash, block_time, tx_hash, log_index, amount, pool_delta, pool_after)
     values (31337, $1, 'DEPOSIT', 1, '0x01', now(), '0x02', 0, 5, 5, 5)`,
    [ALICE],
  )
  await expect(pool().query('update wallet_events set amount = 6')).rejects.toThrow('append-only')
  await expect(pool().query('delete from wallet_events')).rejects.toThrow('append-only')
})

test('one wallet has one live workspace, and a deleted one frees it', async () => {
  const insert = (slug: string) =>
    pool().query(
      `insert into workspaces (slug, name, wallet_address, roles, created_by) values ($1, 'A', $2, '{CONSUMER}', $2)`,
      [slug, ALICE],
    )
  await insert('first')
  await expect(insert('second')).rejects.toThrow('workspaces_live_wallet_key')
  await pool().query('update workspaces set deleted_at = now()')
  await insert('second')
})

test.each(['-abc', 'ab-', 'A-b', 'ab_c', 'x', 'a'.repeat(41)])(
  'the slug %s is refused by the database too',
  async (slug) => {
    const bob = `0x${'b0'.repeat(20)}`
    await expect(
      pool().query(
        `insert into workspaces (slug, name, wallet_address, roles, created_by) values ($1, 'B', $2, '{CONSUMER}', $2)`,
        [slug, bob],
      ),
    ).rejects.toThrow('workspaces_slug_check')
  },
)
