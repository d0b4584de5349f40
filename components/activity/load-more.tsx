'use client'

import { useEffect, useRef } from 'react'
import { Button } from '../ui/button'

// The next page is asked for before the end comes into sight.
const AHEAD = '600px 0px'

type LoadMoreProps = {
  isLoading: boolean
  isError: boolean
  onLoad: () => void
}

/** Reads the next page when its place nears the screen; a button for the keyboard and after a failure. */
export function LoadMore({ isLoading, isError, onLoad }: LoadMoreProps) {
  const place = useRef<HTMLDivElement>(null)
  const load = useRef(onLoad)
  useEffect(() => {
    load.current = onLoad
  })
  // Each loaded page ends in a new look: the end may still be in sight.
  useEffect(() => {
    const target = place.current
    if (!target || isLoading || isError) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) load.current()
      },
      { rootMargin: AHEAD },
    )
    observer.observe(target)
    return () => observer.disconnect()
  }, [isLoading, isError])
  return (
    <div
      ref={place}
      className="flex flex-wrap items-center justify-center gap-3 border-t bg-sunken/50 px-5 py-3"
    >
      {isError ? (
        <p role="alert" className="text-ink-muted">
          The next ones could not be read.
        </p>
      ) : null}
      <Button pending={isLoading && 'Loading'} onClick={onLoad}>
        {isError ? 'Try again' : 'Load more'}
      </Button>
    </div>
  )
}
