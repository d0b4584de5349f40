import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '@/prisma/generated/client'
import { env } from './env'

// numeric(78,0) and int8 arrive as bigint: money and block numbers are never floats.
const INT8_OID = 20
const NUMERIC_OID = 1700
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8_OID || oid === NUMERIC_OID) return (text: string) => BigInt(text)
    return pg.types.getTypeParser(oid, format)
  },
}

type Database = { pool: pg.Pool; prisma: PrismaClient }

// Next bundles this module a second time in the same process; both copies share one pool through the global object.
const holder = globalThis as typeof globalThis & { __bursarDatabase?: Database }

function connect(): Database {
  const pool = new pg.Pool({
    connectionString: env().DATABASE_URL,
    max: env().DATABASE_POOL_SIZE,
    types,
    application_name: `bursar-${env().PROCESS_KIND}`,
    // A statement that waits longer has met a lock it should not meet; the caller gets an error instead of a hang.
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
  })
  // An idle connection that PostgreSQL closes (a restart) is replaced at the next query; without a listener it ends the process.
  pool.on('error', () => {})
  const prisma = new PrismaClient({
    adapter: new PrismaPg({
      connectionString: env().DATABASE_URL,
      max: Math.max(2, Math.floor(env().DATABASE_POOL_SIZE / 2)),
    }),
  })
  return { pool, prisma }
}

function database(): Database {
  holder.__bursarDatabase ??= connect()
  return holder.__bursarDatabase
}

/** The pool for single statements around money and events; `numeric(78,0)` and `int8` come back as `bigint`. */
export function pool(): pg.Pool {
  return database().pool
}

/** Whether this process has a pool now: false before its first statement and once it was closed. */
export function existsDatabase(): boolean {
  return holder.__bursarDatabase !== undefined
}

/** Prisma for everything that is not money. Only repositories use it. */
export function prisma(): PrismaClient {
  return database().prisma
}

/** Runs `work` in one transaction on one connection, for event writes of the watcher. Never call the chain inside. */
export async function inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool().connect()
  let failed = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    failed = true
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    // A connection whose transaction failed is thrown away, so that no half-open one returns to the pool.
    client.release(failed)
  }
}

/**
 * A connection of its own that no pool hands to others, for locks that live as long as it does. The caller listens to its
 * `error` and `end` and closes it.
 */
export async function openConnection({ purpose }: { purpose: string }): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: env().DATABASE_URL,
    application_name: `bursar-${env().PROCESS_KIND}-${purpose}`,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  })
  // Without a listener the loss of the connection would end the process before anybody can react to it.
  client.on('error', () => {})
  await client.connect()
  return client
}

export async function closeDatabase(): Promise<void> {
  const open = holder.__bursarDatabase
  holder.__bursarDatabase = undefined
  await open?.prisma.$disconnect()
  await open?.pool.end()
}
