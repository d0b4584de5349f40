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
    z.looseObject({
      description: z.string(),
      content: media.optional(),
      headers: z.record(z.string(), z.looseObject({})),
    }),
  ),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional() }))
    .default([]),
  requestBody: z.looseObject({ required: z.boolean().optional() }).optional(),
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
    headers: z.record(z.string(), z.looseObject({})),
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
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(schemas|headers)\/([^"]+)"/g)
  for (const [, kind, name = ''] of references)
    expect(Object.keys(document.components[kind as 'schemas' | 'headers'])).toContain(name)
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

const headersOf = (item: z.output<typeof operation>) =>
  item.parameters.filter((parameter) => parameter.in === 'header')

test('every route that reads a header names it, and says which it needs', async () => {
  const { paths } = await readDocument()
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  const named = (header: string) =>
    operations
      .filter((item) => headersOf(item).some(({ name }) => name === header))
      .map(({ operationId }) => operationId)
  const thatMayAnswer = (code: keyof typeof ERRORS) =>
    operations.filter((item) => item['x-error-codes'].includes(code)).map(({ operationId }) => operationId)
  expect(named('PAYMENT-SIGNATURE')).toEqual(thatMayAnswer('payment_invalid'))
  expect(named('Idempotency-Key')).toEqual(thatMayAnswer('idempotency_conflict'))
  const needed = operations.flatMap((item) =>
    headersOf(item)
      .filter(({ required }) => required)
      .map(({ name }) => [item.operationId, name]),
  )
  expect(needed).toEqual(
    thatMayAnswer('idempotency_key_required').map((operationId) => [operationId, 'Idempotency-Key']),
  )
})

test('every answer names the headers that it carries', async () => {
  const { paths } = await readDocument()
  for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const [status, { headers, description }] of Object.entries(responses)) {
      const names = Object.keys(headers)
      expect(names).toEqual(expect.arrayContaining(['Request-Id', 'RateLimit', 'RateLimit-Policy']))
      if (['429', '503'].includes(status)) expect(names).toContain('Retry-After')
      if (/payment_(required|mismatch|failed)/.test(description))
        expect(names).toEqual(expect.arrayContaining(['PAYMENT-REQUIRED', 'PAYMENT-RESPONSE']))
    }
  }
  expect(Object.keys(paths['/api/v1/wallet/events']?.get?.responses['200']?.headers ?? {})).toContain('Link')
})

test('a body is required only where an empty one is refused', async () => {
  const { paths } = await readDocument()
  expect(paths['/api/auth/nonce']?.post?.requestBody?.required ?? false).toBe(false)
  expect(paths['/api/v1/balance/topup/x402']?.post?.requestBody?.required ?? false).toBe(false)
  expect(paths['/api/v1/balance/charge']?.post?.requestBody?.required).toBe(true)
})

test('each text that may hold only what a person sees says so', async () => {
  const { paths } = await readDocument()
  const fieldsOf = (path: string) => JSON.stringify(paths[path]?.post?.requestBody)
  for (const [path, fields] of [
    ['/api/agents/register', ['agent_name', 'client_info']],
    ['/api/v1/agents/wallet-register', ['agent_name']],
    ['/api/v1/workspaces', ['name']],
    ['/api/payouts', ['description']],
    ['/api/mandates/create-intent', ['naturalLanguage', 'category']],
    ['/api/v1/balance/charge', ['reference', 'description']],
    ['/api/v1/balance/charges/{chargeId}/refund', ['reason']],
  ] as const) {
    const described = fieldsOf(path).split('emoji tags')
    expect(described.length - 1, path).toBe(fields.length)
    for (const [index, field] of fields.entries()) expect(described[index]).toContain(`"${field}":`)
  }
})
