'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useCallback, useState } from 'react'
import { type PricedApiView, REVENUE_DAYS } from '@/domain/priced-api'
import { PageHeader } from '../shell/page-header'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { RevenueWithdrawal } from '../withdrawals/revenue-withdrawal'
import { WithdrawalsList } from '../withdrawals/withdrawals-list'
import { type ApiAct, PricedApisTable } from './priced-apis-table'
import { RevenueCard } from './revenue-card'

const PricedApiDialog = dynamic(() => import('./priced-api-dialog'), { ssr: false })
const RemoveApiDialog = dynamic(() => import('./remove-api-dialog'), { ssr: false })
const CallDialog = dynamic(() => import('./call-dialog'), { ssr: false })

type Asked = { act: 'register' } | { act: ApiAct; api: PricedApiView }

/** What this workspace sells to agents by the call, and what it earns with it. */
export function PricedApis() {
  const trpc = useTRPC()
  const { id: workspaceId } = useWorkspace()
  const mayManage = useMay('manage-workspace')
  const apis = useQuery(trpc.pricedApis.list.queryOptions({ workspaceId }))
  const [asked, setAsked] = useState<Asked | null>(null)
  const ask = useCallback((act: ApiAct, api: PricedApiView) => setAsked({ act, api }), [])
  const register = () => setAsked({ act: 'register' })
  const isAnything = apis.data !== undefined && apis.data.length > 0
  return (
    <>
      <PageHeader
        title="Priced APIs"
        description="Put a price on an API of yours: agents pay for each answer, you keep the revenue."
        actions={
          <>
            <RevenueWithdrawal />
            {mayManage && isAnything ? (
              <Button variant="primary" onClick={register}>
                <Plus aria-hidden />
                Register an API
              </Button>
            ) : null}
          </>
        }
      />
      <div className="grid gap-5">
        {isAnything ? <RevenueCard apis={apis.data} /> : null}
        <Card>
          <CardHeader
            title="APIs"
            description={`Calls, failures and revenue of the last ${REVENUE_DAYS} days.`}
          />
          <PricedApisTable onAsk={ask} onRegister={register} />
        </Card>
        <Card>
          <CardHeader title="Withdrawn revenue" description="What was sent to the workspace’s wallet." />
          <WithdrawalsList kind="revenue" />
        </Card>
      </div>
      <AskedDialog asked={asked} onClose={() => setAsked(null)} />
    </>
  )
}

function AskedDialog({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  switch (asked?.act) {
    case 'register':
      return <PricedApiDialog api={null} onClose={onClose} />
    case 'edit':
      return <PricedApiDialog api={asked.api} onClose={onClose} />
    case 'remove':
      return <RemoveApiDialog api={asked.api} onClose={onClose} />
    case 'call':
      return <CallDialog api={asked.api} onClose={onClose} />
    default:
      return null
  }
}
