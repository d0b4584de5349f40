'use client'

import { useEffect } from 'react'
import { LAST_WORKSPACE_COOKIE } from './last-workspace'

const SECONDS_OF_A_YEAR = 31_536_000

/** Keeps the slug of the workspace one is in, so that the start page leads back to it. It grants nothing. */
export function RememberWorkspace({ slug }: { slug: string }) {
  useEffect(() => {
    const attributes = `path=/; max-age=${SECONDS_OF_A_YEAR}; samesite=lax`
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser the console supports
    document.cookie = `${LAST_WORKSPACE_COOKIE}=${encodeURIComponent(slug)}; ${attributes}`
  }, [slug])
  return null
}
