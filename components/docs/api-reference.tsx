import { FileJson } from 'lucide-react'
import { Button } from '../ui/button'
import { ErrorsTable } from './errors-table'
import { groupOperations, type OpenApiDocument, type OperationGroup } from './openapi'
import { Method, OperationCard } from './operation-card'
import { TextWithCode } from './text-with-code'

/** The public interface as a page, rendered on the server from the document that `/api/openapi.json` answers. */
export function ApiReference({ document }: { document: OpenApiDocument }) {
  const groups = groupOperations(document)
  return (
    <div className="mx-auto grid w-full max-w-6xl gap-10 px-4 py-8 sm:px-6 lg:grid-cols-[15rem_minmax(0,1fr)]">
      <Contents groups={groups} />
      <div className="grid min-w-0 gap-10">
        <header className="grid gap-3">
          <h1 className="text-2xl font-semibold tracking-tight">API reference</h1>
          <p className="max-w-prose text-ink-muted">
            <TextWithCode>{document.info.description}</TextWithCode>
          </p>
          <Button asChild className="w-fit">
            <a href="/api/openapi.json">
              <FileJson aria-hidden />
              OpenAPI 3.1 document
            </a>
          </Button>
        </header>
        {groups.map(({ tag, operations }) => (
          <section key={tag} id={anchorOf(tag)} className="grid scroll-mt-20 gap-4">
            <h2 className="text-lg font-semibold">{tag}</h2>
            {operations.map((operation) => (
              <OperationCard key={operation.operationId} operation={operation} />
            ))}
          </section>
        ))}
        <section id="errors" className="grid scroll-mt-20 gap-4">
          <div className="grid gap-1">
            <h2 className="text-lg font-semibold">Errors</h2>
            <p className="max-w-prose text-ink-muted">
              <TextWithCode>
                {
                  'Errors are `application/problem+json` (RFC 9457). Branch on `code`; `detail` is for people and may change its words. `errors` names every wrong field at once.'
                }
              </TextWithCode>
            </p>
          </div>
          <ErrorsTable />
        </section>
      </div>
    </div>
  )
}

function Contents({ groups }: { groups: OperationGroup[] }) {
  return (
    <nav
      aria-label="Endpoints"
      className="max-lg:hidden lg:sticky lg:top-6 lg:max-h-[calc(100dvh-3rem)] lg:self-start lg:overflow-y-auto"
    >
      <ul className="grid gap-5">
        {groups.map(({ tag, operations }) => (
          <li key={tag} className="grid gap-1">
            <a
              href={`#${anchorOf(tag)}`}
              className="rounded-sm text-[0.8125rem] font-semibold hover:underline"
            >
              {tag}
            </a>
            <ul className="grid gap-0.5">
              {operations.map(({ operationId, method, path }) => (
                <li key={operationId}>
                  <a
                    href={`#${operationId}`}
                    className="flex items-center gap-2 rounded-sm py-0.5 text-ink-muted hover:text-ink"
                  >
                    <Method method={method} />
                    <span className="truncate font-mono text-xs">{path.replace(/^\/api\//, '')}</span>
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        <li>
          <a href="#errors" className="rounded-sm text-[0.8125rem] font-semibold hover:underline">
            Errors
          </a>
        </li>
      </ul>
    </nav>
  )
}

function anchorOf(tag: string): string {
  return `group-${tag.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
}
