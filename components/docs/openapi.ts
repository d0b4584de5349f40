import * as z from 'zod'
import { ERRORS, type ErrorCode } from '@/domain/errors'

/** What of a JSON Schema the reference shows. */
export type JsonSchema = {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  example?: unknown
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  required?: string[]
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
}

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    pattern: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
  }),
)

const content = z.record(z.string(), z.looseObject({ schema: jsonSchema.optional() })).optional()

const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(ERRORS, code)

const operation = z.looseObject({
  tags: z.array(z.string()).default([]),
  summary: z.string().default(''),
  description: z.string().optional(),
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))).default([]),
  'x-error-codes': z.array(z.custom<ErrorCode>(isErrorCode)).default([]),
  'x-idempotency': z.string().optional(),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        description: z.string().optional(),
        schema: jsonSchema.optional(),
      }),
    )
    .default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().default(''), content })),
})

/** The part of an OpenAPI 3.1 document that the reference shows. */
export const openApiDocument = z.looseObject({
  info: z.looseObject({ title: z.string(), description: z.string().default('') }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
})

export type OpenApiDocument = z.output<typeof openApiDocument>
export type Operation = z.output<typeof operation> & { method: string; path: string }
export type OperationGroup = { tag: string; operations: Operation[] }

/** The operations by their first tag, groups and operations in the order of the document. */
export function groupOperations({ paths }: OpenApiDocument): OperationGroup[] {
  const groups = new Map<string, Operation[]>()
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, found] of Object.entries(methods)) {
      const tag = found.tags[0] ?? 'Other'
      groups.set(tag, [...(groups.get(tag) ?? []), { ...found, method: method.toUpperCase(), path }])
    }
  }
  return [...groups].map(([tag, operations]) => ({ tag, operations }))
}
