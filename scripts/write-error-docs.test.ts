import fs from 'node:fs'
import { expect, test } from 'vitest'
import { buildErrorDocs, ERROR_DOCS_PATH } from './write-error-docs'

test('docs/errors.md is what the registry says; write it anew with npx tsx scripts/write-error-docs.ts', () => {
  expect(fs.readFileSync(ERROR_DOCS_PATH, 'utf8')).toBe(buildErrorDocs())
})
