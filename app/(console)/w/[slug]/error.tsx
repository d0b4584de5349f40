'use client'

import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'

export default function WorkspaceError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <ErrorState
      title="This page could not be shown"
      money="No money moved because of this. What you had signed before goes on by itself."
      requestId={error.digest ?? null}
      action={<Button onClick={reset}>Try again</Button>}
    >
      Something failed on our side while it was prepared. The other pages may still work.
    </ErrorState>
  )
}
