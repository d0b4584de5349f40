'use client'

import { useState } from 'react'
import type { PendingApproval } from '@/domain/approval'

/** What one signature covers at most; the server refuses more. */
export const MAX_TOGETHER = 50

/** Which of the listed payouts are to be approved together. What is decided elsewhere leaves the list, and with it the choice. */
export function useChosen(rows: readonly PendingApproval[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const open = rows.filter(({ hasMyApproval }) => !hasMyApproval).map(({ approvalId }) => approvalId)
  const selected = open.filter((id) => chosen.has(id)).slice(0, MAX_TOGETHER)
  const isAll = selected.length > 0 && selected.length === Math.min(open.length, MAX_TOGETHER)
  return {
    openCount: open.length,
    selected,
    /** For a checkbox over all of them. */
    state: isAll ? true : selected.length > 0 ? ('indeterminate' as const) : false,
    isChosen: (id: string) => chosen.has(id),
    choose: (id: string, isChosen: boolean) =>
      setChosen((before) => {
        const after = new Set(before)
        if (isChosen) after.add(id)
        else after.delete(id)
        return after
      }),
    chooseAll: () => setChosen(isAll ? new Set() : new Set(open.slice(0, MAX_TOGETHER))),
    clear: () => setChosen(new Set()),
  }
}
