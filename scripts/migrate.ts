// Applies what is missing of prisma/migrations to DATABASE_URL (from the environment or .env): a step of its own in a
// deployment, safe to repeat and to run from several places at once.
import { existsSync } from 'node:fs'
import { migrate } from './stack/migrate'

async function main(): Promise<void> {
  if (!process.env.DATABASE_URL && existsSync('.env')) process.loadEnvFile('.env')
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('Set DATABASE_URL, in the environment or in .env.')
  const done = await migrate(url)
  console.log(done.length > 0 ? `Applied ${done.length}: ${done.join(', ')}` : 'The database is up to date.')
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
