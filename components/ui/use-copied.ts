'use client'

import { useCallback, useEffect, useState } from 'react'

const SHOWN_MILLISECONDS = 2000

/** Copies text and says for two seconds whether it worked; `failed` where the browser refuses the clipboard. */
export function useCopied(): { state: 'idle' | 'copied' | 'failed'; copy: (text: string) => Promise<void> } {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), SHOWN_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = useCallback(async (text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('failed')
    }
  }, [])
  return { state, copy }
}
