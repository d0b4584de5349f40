import type { JsonSchema } from './openapi'
import { objectWithin, schemaWords } from './schema-words'
import { TextWithCode } from './text-with-code'

const MAX_DEPTH = 4

/** The fields of an object with type, need and meaning; objects inside stand indented under their field. */
export function SchemaFields({ schema, depth = 0 }: { schema: JsonSchema; depth?: number }) {
  const object = objectWithin(schema)
  if (!object?.properties || depth > MAX_DEPTH) {
    return <p className="font-mono text-[0.8125rem] break-words text-ink-muted">{schemaWords(schema)}</p>
  }
  if (Object.keys(object.properties).length === 0) {
    return <p className="text-[0.8125rem] text-ink-muted">Empty, or an empty object.</p>
  }
  const required = new Set(object.required)
  return (
    <ul className={depth > 0 ? 'mt-2 grid border-l pl-4' : 'grid divide-y rounded-md border'}>
      {Object.entries(object.properties).map(([name, field]) => (
        <li key={name} className={depth > 0 ? 'py-1.5' : 'px-3 py-2'}>
          <FieldLine name={name} field={field} isRequired={required.has(name)} />
          {objectWithin(field) ? <SchemaFields schema={field} depth={depth + 1} /> : null}
        </li>
      ))}
    </ul>
  )
}

type FieldLineProps = {
  name: string
  field: JsonSchema
  isRequired: boolean
  place?: string
  description?: string
}

/** One parameter or field: name, type, whether it may be left out, meaning. */
export function FieldLine({ name, field, isRequired, place, description }: FieldLineProps) {
  const text = description ?? field.description
  return (
    <div className="grid gap-0.5">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <code className="font-medium break-all">{name}</code>
        <span className="font-mono text-xs break-words text-ink-muted">{schemaWords(field)}</span>
        {place ? <span className="text-xs text-ink-muted">in {place}</span> : null}
        {isRequired ? null : <span className="text-xs text-ink-faint">optional</span>}
        {field.default === undefined ? null : (
          <span className="text-xs text-ink-faint">default {JSON.stringify(field.default)}</span>
        )}
      </p>
      {text ? (
        <p className="text-[0.8125rem] text-ink-muted">
          <TextWithCode>{text}</TextWithCode>
        </p>
      ) : null}
    </div>
  )
}
