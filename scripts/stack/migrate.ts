// Applies prisma/migrations in process, with the bookkeeping of `prisma migrate deploy` (which then reports "up to
// date"), because starting the CLI costs more than a second.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'

const FOLDER = path.resolve(import.meta.dirname, '../../prisma/migrations')
// The advisory lock that Prisma takes, so that both runners exclude each other.
const PRISMA_LOCK = 72707369

const BOOKKEEPING = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`

/** Applies what is missing, each migration in its own transaction, and returns the names. Throws on an edited one. */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [PRISMA_LOCK])
    await client.query(BOOKKEEPING)
    const { rows } = await client.query<{
      migration_name: string
      checksum: string
      finished_at: Date | null
    }>('select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null')
    const applied = new Map(rows.map((row) => [row.migration_name, row]))
    const done: string[] = []
    for (const name of listMigrations()) {
      const sql = readFileSync(path.join(FOLDER, name, 'migration.sql'), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      const row = applied.get(name)
      if (row) {
        if (!row.finished_at) throw new Error(`Migration ${name} failed before; see _prisma_migrations.`)
        if (row.checksum !== checksum)
          throw new Error(
            `Migration ${name} was edited after it was applied. Restore it and write a new one.`,
          )
        continue
      }
      await applyMigration(client, { name, sql, checksum })
      done.push(name)
    }
    return done
  } finally {
    await client.end()
  }
}

function listMigrations(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => existsSync(path.join(FOLDER, name, 'migration.sql')))
    .sort()
}

async function applyMigration(
  client: pg.Client,
  { name, sql, checksum }: { name: string; sql: string; checksum: string },
) {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query(
      'insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ($1, $2, $3, now(), 1)',
      [randomUUID(), checksum, name],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error })
  }
}
