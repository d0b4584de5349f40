import type { JsonSchema } from './openapi'

/** The type of a value in a few words: "string (uuid)", "array of object", "DEPOSIT | SETTLE", "integer, 1 to 100". */
export function schemaWords(schema: JsonSchema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? 'object'
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(schemaWords).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.items) return `array of ${schemaWords(schema.items)}`
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any')
  const format = schema.format ? ` (${schema.format})` : ''
  return `${type}${format}${bounds(schema)}`
}

function bounds({ minimum, maximum, minLength, maxLength }: JsonSchema): string {
  const isBounded = (value: number | undefined) =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER
  if (isBounded(minimum) && isBounded(maximum)) return `, ${minimum} to ${maximum}`
  if (isBounded(minimum)) return `, at least ${minimum}`
  if (isBounded(maximum)) return `, at most ${maximum}`
  if (minLength !== undefined && maxLength !== undefined) return `, ${minLength} to ${maxLength} characters`
  if (maxLength !== undefined) return `, at most ${maxLength} characters`
  return ''
}

/** The object whose fields a reader wants to see: the value itself, or what a list is made of. */
export function objectWithin(schema: JsonSchema): JsonSchema | null {
  if (schema.properties) return schema
  return schema.items ? objectWithin(schema.items) : null
}
