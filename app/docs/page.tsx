import { ApiReference } from '@/components/docs/api-reference'
import { openApiDocument } from '@/components/docs/openapi'
import { PlainFrame } from '@/components/shell/plain-frame'
import { restApp } from '@/server/rest/app'
import { buildOpenApiDocument } from '@/server/rest/openapi'
import { personOf } from '../person-of'
import { readMe } from '../server-caller'

export const metadata = { title: 'API reference' }

export default async function DocsPage() {
  const me = await readMe()
  const document = openApiDocument.parse(buildOpenApiDocument(restApp()))
  return (
    <PlainFrame person={me ? personOf(me) : null}>
      <ApiReference document={document} />
    </PlainFrame>
  )
}
