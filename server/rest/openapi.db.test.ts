import { expect, test } from 'vitest'
import { z } from 'zod'
import { ERRORS } from '@/domain/errors'
import { rest } from '@/test/harness/people'
import { restApp } from './app'

const codes = Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]]
const media = z.record(z.string(), z.looseObject({ schema: z.looseObject({}) }))
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).min(1),
  responses: z.record(
    z.string().regex(/^[2-5]\d\d$/),
    z.looseObject({ description: z.string(), content: media.optional() }),
  ),
  'x-error-codes': z.array(z.enum(codes)).min(1),
  'x-idempotency': z.string().optional(),
})
// The shape that OpenAPI 3.1 requires of what we use of it.
const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(
    z.string().regex(/^\/(api|\.well-known)\//),
    z.partialRecord(z.enum(['get', 'post', 'patch', 'delete']), operation),
  ),
  components: z.looseObject({
    schemas: z.record(z.string(), z.looseObject({})),
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.string() })),
  }),
})

async function readDocument() {
  const response = await rest('GET', '/api/openapi.json')
  expect(response.status).toBe(200)
  return documentSchema.parse(await response.json())
}

test('the document is OpenAPI 3.1 and each reference in it leads somewhere', async () => {
  const document = await readDocument()
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)
  for (const [, name = ''] of references) expect(Object.keys(document.components.schemas)).toContain(name)
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map((item) => item?.operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('each pattern in it matches what the routes take: no flag of a regular expression is left in its text', async () => {
  const document = await readDocument()
  const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    ([, text = '""']) => z.string().parse(JSON.parse(text)),
  )
  expect(patterns.length).toBeGreaterThan(10)
  for (const pattern of patterns) expect(() => new RegExp(pattern, 'u'), pattern).not.toThrow()
  expect(patterns.filter((pattern) => /\/[a-z]+$/.test(pattern))).toEqual([])
})

test('every route of the application is in the document, with its error codes under their status', async () => {
  const { paths } = await readDocument()
  const served = restApp().routes.filter(
    ({ method, path }) => method !== 'ALL' && path !== '/api/openapi.json',
  )
  expect(served.length).toBeGreaterThan(10)
  for (const { method, path } of served) {
    const item = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase() as 'get']
    expect({ method, path, found: item !== undefined }).toEqual({ method, path, found: true })
    for (const code of item?.['x-error-codes'] ?? []) {
      expect(item?.responses[String(ERRORS[code].status)]?.description).toContain(code)
    }
    if (method === 'POST') expect(item?.['x-idempotency']).toBeTruthy()
  }
})
