'use client'

import { CircleDollarSign } from 'lucide-react'
import { useMay } from '../shell/workspace-context'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import { CallExample } from './call-example'

/** What a priced API is, by the call that agents would make. */
export function NoApisYet({ onRegister }: { onRegister: () => void }) {
  const mayManage = useMay('manage-workspace')
  return (
    <div className="border-t pb-8">
      <EmptyState icon={CircleDollarSign} title="Nothing is for sale yet" className="pb-4">
        {mayManage
          ? 'Register the URL of an API and its price. Agents then call it here, and pay for each answer:'
          : 'Owners and admins register APIs. Agents then call them here, and pay for each answer:'}
      </EmptyState>
      <CallExample slug="your-api" className="mx-auto max-w-xl px-5" />
      {mayManage ? (
        <div className="mt-5 flex justify-center">
          <Button variant="primary" onClick={onRegister}>
            Register an API
          </Button>
        </div>
      ) : null}
    </div>
  )
}
