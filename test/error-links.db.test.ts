import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ErrorsTable } from '@/components/docs/errors-table'
import { ERRORS, type ErrorCode } from '@/domain/errors'
import { AppError } from '@/server/core/app-error'
import { problemResponse } from '@/server/http/problem'

test('the type of every problem leads to its own row on the page /docs', async () => {
  const page = renderToStaticMarkup(createElement(ErrorsTable))
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { type } = (await problemResponse(new AppError(code), 'request').json()) as { type: string }
    const { pathname, hash } = new URL(type)
    expect(pathname).toBe('/docs')
    expect(page).toContain(`id="${hash.slice(1)}"`)
  }
})
