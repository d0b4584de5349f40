#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine`: the same JSON-RPC over stdio, answered by the WASM build that npm
// ships (@prisma/schema-engine-wasm) over the pg driver adapter, so that no command of Prisma downloads anything.
// Three upstream traps are worked around, each marked below.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import * as wasm from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { parse } from 'pg-connection-string'

const require = createRequire(import.meta.url)
const wasmFile = require
  .resolve('@prisma/schema-engine-wasm')
  .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm')
const { instance } = await WebAssembly.instantiate(readFileSync(wasmFile), { './schema_engine_bg.js': wasm })

// Trap 1: adapter-pg has no mapping for the catalog's internal "char" type (oid 18); the engine wants a Character.
const CATALOG_CHAR_OID = 18
const TEXT_OID = 25
const Result = require('pg/lib/result')
const addFields = Result.prototype.addFields
Result.prototype.addFields = function addCatalogFields(fields) {
  for (const field of fields) {
    if (field.dataTypeID !== CATALOG_CHAR_OID) continue
    field.dataTypeID = TEXT_OID
    field.isCatalogChar = true
  }
  return addFields.call(this, fields)
}

function withCatalogChar(adapter) {
  const performIO = adapter.performIO
  const queryRaw = adapter.queryRaw
  let fields = []
  adapter.performIO = async (query) => {
    const result = await performIO.call(adapter, query)
    fields = result.fields ?? []
    return result
  }
  adapter.queryRaw = async (query) => {
    const result = await queryRaw.call(adapter, query)
    fields.forEach((field, i) => {
      if (field.isCatalogChar) result.columnTypes[i] = ColumnTypeEnum.Character
    })
    return result
  }
  return adapter
}

let panicMessage
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message(message) {
    panicMessage = message
    process.stderr.write(`${message}\n`)
  },
}
wasm.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { datamodels: { type: 'string', multiple: true, short: 'd' }, datasource: { type: 'string' } },
})
if (process.argv.includes('--version') || process.argv.includes('-V')) {
  console.log(`schema-engine-cli ${wasm.version()}`)
  process.exit(0)
}
const url = values.datasource ? JSON.parse(values.datasource).url : undefined

if (positionals[0] === 'cli') await runCliCommand(positionals[1])

async function runCliCommand(command) {
  const fail = (code, message) => {
    const fields = { error_code: code, message }
    process.stderr.write(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`)
    process.exit(1)
  }
  try {
    if (command === 'can-connect-to-database') {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
      await client.connect()
      await client.end()
      process.exit(0)
    }
    if (command === 'create-database') {
      const target = new URL(url)
      const database = decodeURIComponent(target.pathname.slice(1))
      target.pathname = '/postgres'
      const client = new pg.Client({ connectionString: target.toString() })
      await client.connect()
      await client.query(`create database ${client.escapeIdentifier(database)}`)
      await client.end()
      process.exit(0)
    }
  } catch (error) {
    fail(error.code === '3D000' ? 'P1003' : 'P1001', String(error.message))
  }
  fail('P0000', `unsupported command ${command}`)
}

// Trap 2: with a connection string pg ignores the `database` of the shadow connection, and the "shadow" would silently
// be the real database; so the parts are passed one by one.
const { schema, host, port, user, password, database, ssl } = parse(url ?? 'postgresql://invalid')
const connection = { host, port: port ? Number(port) : undefined, user, password, database, ssl }
const factory = new PrismaPg(connection, { schema })
const connect = factory.connect.bind(factory)
factory.connect = async () => withCatalogChar(await connect())

// Trap 3: adapter-pg drops the shadow database before it closes its own pool, which PostgreSQL refuses.
factory.connectToShadowDb = async () => {
  const shadow = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
  const run = async (sql) => {
    const client = new pg.Client(connection)
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
  await run(`create database "${shadow}"`)
  const adapter = withCatalogChar(
    await new PrismaPg({ ...connection, database: shadow }, { schema }).connect(),
  )
  const dispose = adapter.dispose.bind(adapter)
  adapter.dispose = async () => {
    await dispose().catch(() => {})
    await run(`drop database if exists "${shadow}" with (force)`)
  }
  return adapter
}

const datamodels = values.datamodels?.map((file) => [file, readFileSync(file, 'utf8')])
const log = (line) => process.env.DEBUG_SCHEMA_ENGINE && process.stderr.write(`${line}\n`)
const engine = await wasm.SchemaEngine.new({ datamodels }, log, bindMigrationAwareSqlAdapterFactory(factory))

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
let printId = 1
const METHOD_NAMES = { getDatabaseVersion: 'version' }

async function handle({ id, method, params }) {
  if (id === undefined || !method) return
  try {
    const call = engine[METHOD_NAMES[method] ?? method]
    if (!call)
      throw Object.assign(new Error(`method ${method} is not in the WASM schema engine`), { code: -32601 })
    const result = await call.call(engine, params)
    // The native engine prints through a request of its own to the client.
    if (method === 'diff' && result?.stdout)
      send({ id: printId++, method: 'print', params: { content: result.stdout } })
    send({ id, result: result ?? null })
  } catch (error) {
    const message = panicMessage ?? String(error?.message ?? error)
    const data = {
      is_panic: error?.name === 'RuntimeError',
      message,
      error_code: error?.code,
      meta: error?.meta,
    }
    send({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } })
  }
}

let pending = Promise.resolve()
const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
lines.on('line', (line) => {
  if (line.trim()) pending = pending.then(() => handle(JSON.parse(line)))
})
lines.on('close', () => pending.finally(() => process.exit(0)))
