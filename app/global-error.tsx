'use client'

import './globals.css'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'

// Stands in for the root layout when that itself failed, so it brings its own document.
export default function GlobalError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <html lang="en">
      <body className="min-h-dvh">
        <title>Something went wrong · Bursar</title>
        <main className="mx-auto grid max-w-lg gap-6 px-4 py-24">
          <ErrorState
            title="The console could not start this page"
            money="No money moved."
            requestId={error.digest ?? null}
            action={<Button onClick={reset}>Try again</Button>}
          >
            The server did not answer as it should, often because its database or the chain's RPC is not
            reachable. Your funds are on Base and are not affected. If it stays, look at the server's log.
          </ErrorState>
        </main>
      </body>
    </html>
  )
}
