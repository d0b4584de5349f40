'use client'

import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <main className="mx-auto grid max-w-lg gap-6 px-4 py-24">
      <ErrorState
        title="This page could not be shown"
        money="No money moved because of this. What you had signed before goes on by itself."
        requestId={error.digest ?? null}
        action={
          <>
            <Button onClick={reset}>Try again</Button>
            <Button variant="ghost" asChild>
              <a href="/">Go to the start</a>
            </Button>
          </>
        }
      >
        Something failed on our side while it was prepared.
      </ErrorState>
    </main>
  )
}
