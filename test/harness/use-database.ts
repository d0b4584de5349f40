// Before each test file: a database of its own, cloned from the template, and an environment that points at it.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { testEnvironment } from './environment'
import { TEST_WALLET_ENCRYPTION_KEY } from './managed-wallets'

const TEMPLATE = 'bursar_template'
// Clones of one template exclude each other, so the files that start together take turns.
const CLONE_LOCK = 72707370

const adminUrl = inject('postgresUrl')
const database = `test_${randomBytes(6).toString('hex')}`
const admin = new pg.Client({ connectionString: adminUrl })
await admin.connect()
await admin.query('select pg_advisory_lock($1)', [CLONE_LOCK])
await admin.query(`create database ${database} template ${TEMPLATE}`)
await admin.query('select pg_advisory_unlock($1)', [CLONE_LOCK])
await admin.end()

const url = new URL(adminUrl)
url.pathname = `/${database}`
Object.assign(process.env, testEnvironment({ databaseUrl: url.toString() }), {
  // As a worker has it. It is not in `testEnvironment`, which web processes of benchmarks take too.
  WALLET_ENCRYPTION_KEY: TEST_WALLET_ENCRYPTION_KEY,
})

afterAll(async () => {
  const { closeDatabase } = await import('@/server/core/db')
  await closeDatabase()
})
