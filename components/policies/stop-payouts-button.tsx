'use client'

import { OctagonX } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { useMay } from '../shell/workspace-context'
import { Button } from '../ui/button'
import { usePolicy } from './use-policy'

const StopPayoutsDialog = dynamic(
  () => import('./stop-payouts-dialog').then(({ StopPayoutsDialog }) => StopPayoutsDialog),
  { ssr: false },
)

/** Opens the kill switch, for those who may use it; nothing while payouts are stopped already. */
export function StopPayoutsButton() {
  const mayStop = useMay('stop-payouts')
  const policy = usePolicy()
  const [isAsking, setIsAsking] = useState(false)
  if (!mayStop || policy.data?.stopped) return null
  return (
    <>
      <Button variant="danger-outline" onClick={() => setIsAsking(true)}>
        <OctagonX aria-hidden />
        Stop all payouts
      </Button>
      {isAsking ? <StopPayoutsDialog onClose={() => setIsAsking(false)} /> : null}
    </>
  )
}
