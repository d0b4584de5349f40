'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { BalanceView } from '@/domain/balance'

type DialogName = 'threshold' | 'move'

const ThresholdDialog = dynamic(
  () => import('./threshold-dialog').then(({ ThresholdDialog }) => ThresholdDialog),
  { ssr: false },
)
const MoveDialog = dynamic(() => import('./move-dialog').then(({ MoveDialog }) => MoveDialog), { ssr: false })

/** Which dialog of the balance is open; each opens fresh. */
export function useBalanceDialogs() {
  const [current, setCurrent] = useState<DialogName | null>(null)
  return { current, open: setCurrent, close: () => setCurrent(null) }
}

type BalanceDialogsProps = {
  dialogs: ReturnType<typeof useBalanceDialogs>
  balance: BalanceView
  agents: readonly BalanceView[]
}

export function BalanceDialogs({ dialogs, balance, agents }: BalanceDialogsProps) {
  if (dialogs.current === 'threshold') return <ThresholdDialog balance={balance} onClose={dialogs.close} />
  if (dialogs.current === 'move') {
    return <MoveDialog balance={balance} agents={agents} onClose={dialogs.close} />
  }
  return null
}
