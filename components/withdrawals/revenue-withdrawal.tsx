'use client'

import { useMay } from '../shell/workspace-context'
import { LaunchButton } from './launch-button'

const load = () =>
  import('./revenue-withdrawal-dialog').then(({ RevenueWithdrawalDialog }) => RevenueWithdrawalDialog)

/** "Withdraw revenue" for a workspace's revenue, with its dialog. Owners only; others see nothing. */
export function RevenueWithdrawal() {
  if (!useMay('withdraw')) return null
  return <LaunchButton label="Withdraw revenue" load={load} dialogProps={NOTHING} />
}

const NOTHING = {}
