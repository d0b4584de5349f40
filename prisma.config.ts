import path from 'node:path'
import { defineConfig } from 'prisma/config'

// Prisma's CLI wants to download a native engine at start; this one speaks the same protocol over the WASM build from
// npm (docs/adr/0005-prisma-without-downloads.md). It is set here because the check runs after this file is read.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(import.meta.dirname, 'scripts/schema-engine.mjs')
process.env.CHECKPOINT_DISABLE ??= '1'
process.env.PRISMA_HIDE_UPDATE_MESSAGE ??= '1'

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/none' },
})
