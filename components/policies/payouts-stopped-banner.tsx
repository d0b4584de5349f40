'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Actor } from '../address/actor'
import { useMay } from '../shell/workspace-context'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { RelativeTime } from '../ui/relative-time'
import { usePolicy } from './use-policy'

const ResumePayoutsDialog = dynamic(
  () => import('./resume-payouts-dialog').then(({ ResumePayoutsDialog }) => ResumePayoutsDialog),
  { ssr: false },
)

/** On every page of a workspace whose payouts are stopped: by whom, since when, why, and the way on. */
export function PayoutsStoppedBanner() {
  const policy = usePolicy()
  const mayResume = useMay('manage-policies')
  const [isAsking, setIsAsking] = useState(false)
  const stopped = policy.data?.stopped
  return (
    <>
      {stopped ? (
        <Notice
          tone="danger"
          title="All payouts are stopped"
          action={
            mayResume ? (
              <Button size="sm" onClick={() => setIsAsking(true)}>
                Resume
              </Button>
            ) : undefined
          }
        >
          <span className="flex flex-wrap items-center gap-x-1.5">
            Stopped <RelativeTime at={stopped.at} /> by <Actor actor={stopped.by} />
          </span>
          {stopped.note ? <p className="[overflow-wrap:anywhere]">“{stopped.note}”</p> : null}
          <p>Nothing is created, signed or sent. {mayResume ? null : 'An owner can let payouts go on.'}</p>
        </Notice>
      ) : null}
      {isAsking ? <ResumePayoutsDialog onClose={() => setIsAsking(false)} /> : null}
    </>
  )
}
