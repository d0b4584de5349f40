import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RestApp } from './define-route'

const DESCRIPTION = `Bursar's public interface. Amounts are decimal strings of atomic units ("1000000" is 1 USDC); addresses
are accepted in any case and answered checksummed; times are ISO 8601 in UTC. Errors are RFC 9457 problem documents whose
\`code\` is stable; \`x-error-codes\` lists those of each operation. Every answer carries \`Request-Id\`.`

/** The OpenAPI 3.1 document, derived from the schemas that check the requests. */
export function buildOpenApiDocument(app: RestApp): ReturnType<OpenAPIHono['getOpenAPI31Document']> {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Bursar',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
  })
}
