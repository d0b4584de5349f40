'use client'

import { useMay } from '../shell/workspace-context'
import { LaunchButton } from './launch-button'

const load = () => import('./balance-refund-dialog').then(({ BalanceRefundDialog }) => BalanceRefundDialog)

type BalanceRefundProps = { agent: { id: string; name: string } }

/** "Refund to wallet" for an agent's unspent balance, with its dialog. Owners only; others see nothing. */
export function BalanceRefund({ agent }: BalanceRefundProps) {
  if (!useMay('withdraw')) return null
  return <LaunchButton label="Refund to wallet" load={load} dialogProps={{ agent }} />
}
