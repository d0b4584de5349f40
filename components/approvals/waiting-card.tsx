'use client'

import dynamic from 'next/dynamic'
import { usePendingCount } from './use-pending-count'

// Most looks at the overview find nothing waiting: its lines load when there is one.
const WaitingLines = dynamic(() => import('./waiting-lines').then(({ WaitingLines }) => WaitingLines))

/** "Waiting for you" on the overview: the most urgent of the decisions that this person can still take; nothing without one. */
export function WaitingCard() {
  const { forMe } = usePendingCount()
  return forMe > 0 ? <WaitingLines count={forMe} /> : null
}
