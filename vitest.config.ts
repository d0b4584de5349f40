import path from 'node:path'
import { defineConfig } from 'vitest/config'

// A file's suffix says what it needs: `.test.ts` nothing, `.db.test.ts` PostgreSQL, `.chain.test.ts` a chain as well.
const alias = {
  '@': path.resolve(import.meta.dirname),
}
const ignored = ['**/node_modules/**', '**/.next/**', 'e2e/**', 'contracts/out/**']

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: process.env.BURSAR_TEST_JSON
      ? ['default', ['json', { outputFile: process.env.BURSAR_TEST_JSON }]]
      : ['default'],
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...ignored, '**/*.db.test.ts', '**/*.chain.test.ts'],
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude: ignored,
          pool: 'forks',
          globalSetup: ['test/harness/start-cluster.ts'],
          setupFiles: ['test/harness/use-database.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'chain',
          include: ['**/*.chain.test.ts'],
          exclude: ignored,
          pool: 'forks',
          globalSetup: ['test/harness/start-cluster.ts'],
          setupFiles: ['test/harness/use-database.ts', 'test/harness/use-chain.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
