import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RestApp } from './define-route'

const DESCRIPTION = `Bursar's public interface. Amounts are decimal strings of atomic units ("1000000" is 1 USDC); addresses
are accepted in any case and answered checksummed; times are ISO 8601 in UTC. Errors are RFC 9457 problem documents whose
\`code\` is stable; \`x-error-codes\` lists those of each operation. Every answer carries \`Request-Id\`.`

/** The OpenAPI 3.1 document, derived from the schemas that check the requests. */
export function buildOpenApiDocument(app: RestApp): ReturnType<OpenAPIHono['getOpenAPI31Document']> {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Bursar',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
  })
  return JSON.parse(JSON.stringify(document, withoutFlags))
}

/** The generator leaves the flags of a regular expression in its text, and nothing matches that; JSON Schema has all of them read as with `u`. */
function withoutFlags(key: string, value: unknown): unknown {
  return key === 'pattern' && typeof value === 'string' ? value.replace(/(?<!\\)\/[a-z]+$/, '') : value
}
