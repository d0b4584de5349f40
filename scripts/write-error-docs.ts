// Writes docs/errors.md from the registry of error codes: `npx tsx scripts/write-error-docs.ts`. A test fails when the
// page is not what this would write.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ERRORS } from '../domain/errors'

export const ERROR_DOCS_PATH = path.resolve(import.meta.dirname, '../docs/errors.md')

const RETRYABLE = ' The same call may succeed later.'

/** The page, one section a code, grouped by HTTP status. */
export function buildErrorDocs(): string {
  const entries = Object.entries(ERRORS)
  const statuses = [...new Set(entries.map(([, { status }]) => status))].sort((a, b) => a - b)
  const sections = statuses.map((status) => {
    const codes = entries
      .filter(([, error]) => error.status === status)
      .map(([code, { title, retryable }]) => `### ${code}\n\n${title}.${retryable ? RETRYABLE : ''}`)
    return [`## ${status}`, ...codes].join('\n\n')
  })
  return `# Error codes

Every error is an RFC 9457 document (\`application/problem+json\`) with \`type, title, status, detail, code, requestId\`, and \`param\`
or \`errors\` where fields are wrong. Programs branch on \`code\`, which is stable; \`detail\` is for people. Over tRPC the same
code is in \`error.data.code\`. Written from \`domain/errors.ts\` by \`scripts/write-error-docs.ts\`.

${sections.join('\n\n')}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) fs.writeFileSync(ERROR_DOCS_PATH, buildErrorDocs())
