// Starts one PostgreSQL for a vitest run and prepares a migrated template database that each test file clones.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../scripts/stack/migrate'
import { findPort } from '../../scripts/stack/processes'
import { startPostgres } from '../../scripts/stack/start-postgres'
import { stockTestWallets } from './managed-wallets'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

export const TEMPLATE = 'bursar_template'

export default async function startCluster(project: TestProject) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bursar-test-pg-'))
  fs.chmodSync(folder, 0o755)
  const postgres = await startPostgres({
    dataDir: path.join(folder, 'cluster'),
    port: await findPort(0),
    logPath: path.join(folder, 'postgres.log'),
    durable: false,
  })
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE}`)
  await admin.end()
  await migrate(postgres.urlOf(TEMPLATE))
  await stockTestWallets(postgres.urlOf(TEMPLATE))
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await postgres.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
