import type { ReactNode } from 'react'
import { ERRORS } from '@/domain/errors'
import { cn } from '../ui/cn'
import type { JsonSchema, Operation } from './openapi'
import { FieldLine, SchemaFields } from './schema-fields'
import { TextWithCode } from './text-with-code'

/** One endpoint: what it does, what it takes, what it answers and how it refuses. */
export function OperationCard({ operation }: { operation: Operation }) {
  const { method, path, summary, description, parameters, security } = operation
  const body = firstSchema(operation.requestBody?.content)
  const successes = Object.entries(operation.responses).filter(([status]) => Number(status) < 400)
  const idempotency = operation['x-idempotency']
  return (
    <article id={operation.operationId} className="scroll-mt-20 rounded-lg border bg-surface shadow-low">
      <header className="grid gap-1.5 border-b px-5 py-4">
        <h3 className="text-[0.9375rem] font-semibold">{summary}</h3>
        <p className="flex flex-wrap items-center gap-2">
          <Method method={method} />
          <code className="text-[0.8125rem] break-all">{path}</code>
        </p>
        {description ? (
          <p className="max-w-prose text-ink-muted">
            <TextWithCode>{description}</TextWithCode>
          </p>
        ) : null}
      </header>
      <div className="grid gap-5 px-5 py-4">
        <p className="text-[0.8125rem] text-ink-muted">
          {security.length > 0 ? 'For a signed-in person.' : 'For anybody.'}
          {idempotency ? <> Repeated: {lowerFirst(idempotency)}</> : null}
        </p>
        {parameters.length > 0 ? (
          <Part title="Parameters">
            <ul className="grid divide-y rounded-md border">
              {parameters.map((parameter) => (
                <li key={`${parameter.in}-${parameter.name}`} className="px-3 py-2">
                  <FieldLine
                    name={parameter.name}
                    place={parameter.in}
                    field={parameter.schema ?? {}}
                    isRequired={parameter.required}
                    {...(parameter.description ? { description: parameter.description } : {})}
                  />
                </li>
              ))}
            </ul>
          </Part>
        ) : null}
        {body ? (
          <Part title="Body">
            <SchemaFields schema={body} />
          </Part>
        ) : null}
        {successes.map(([status, answer]) => {
          const schema = firstSchema(answer.content)
          return (
            <Part key={status} title={`Answer ${status}`} note={answer.description}>
              {schema ? <SchemaFields schema={schema} /> : null}
            </Part>
          )
        })}
        <Errors operation={operation} />
      </div>
    </article>
  )
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h4 className="flex flex-wrap items-baseline gap-x-2 text-[0.8125rem] font-semibold">
        {title}
        {note ? <span className="font-normal text-ink-muted">{note}</span> : null}
      </h4>
      {children}
    </section>
  )
}

function Errors({ operation }: { operation: Operation }) {
  const codes = operation['x-error-codes']
  if (codes.length === 0) return null
  return (
    <details className="group">
      <summary className="w-fit cursor-pointer rounded-sm text-[0.8125rem] font-semibold">
        Errors <span className="figures font-normal text-ink-muted">({codes.length})</span>
      </summary>
      <ul className="mt-2 grid divide-y rounded-md border">
        {codes.map((code) => (
          <li key={code} className="flex flex-wrap items-baseline gap-x-3 px-3 py-2 text-[0.8125rem]">
            <span className="figures w-8 text-ink-muted">{ERRORS[code].status}</span>
            <a href={`#error-${code}`} className="rounded-sm font-mono text-accent-ink hover:underline">
              {code}
            </a>
            <span className="text-ink-muted">{ERRORS[code].title}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

const METHODS: Record<string, string> = {
  GET: 'bg-sunken text-ink-muted',
  POST: 'bg-accent-soft text-accent-ink',
}

export function Method({ method }: { method: string }) {
  return (
    <span
      className={cn(
        'rounded-sm px-1.5 py-0.5 font-mono text-xs font-semibold',
        METHODS[method] ?? METHODS.POST,
      )}
    >
      {method}
    </span>
  )
}

function firstSchema(
  content: Record<string, { schema?: JsonSchema | undefined }> | undefined,
): JsonSchema | null {
  return Object.values(content ?? {})[0]?.schema ?? null
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
