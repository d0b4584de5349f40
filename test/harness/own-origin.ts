// What a browser asks of its own origin is answered by the real REST handlers; the chain is asked over HTTP as ever.
import { afterAll, beforeAll, vi } from 'vitest'
import { handleRest } from '@/server/rest/app'
import { ORIGIN } from './people'

/** For a whole test file. */
export function serveOwnOrigin(): void {
  beforeAll(() => {
    const toNetwork = globalThis.fetch
    vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) =>
      typeof input === 'string' && input.startsWith('/')
        ? handleRest(new Request(`${ORIGIN}${input}`, { ...init, headers: new Headers(init?.headers) }))
        : toNetwork(input, init),
    )
  })
  afterAll(() => vi.unstubAllGlobals())
}
