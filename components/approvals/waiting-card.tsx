'use client'

import dynamic from 'next/dynamic'
import { usePendingCount } from './use-pending-count'

// Most looks at the overview find nothing waiting: its lines load when there is one.
const WaitingLines = dynamic(() => import('./waiting-lines').then(({ WaitingLines }) => WaitingLines), {
  ssr: false,
})

/** "Waiting for you" on the overview: the most urgent decisions; nothing while none waits. */
export function WaitingCard() {
  const { count } = usePendingCount()
  return count > 0 ? <WaitingLines count={count} /> : null
}
