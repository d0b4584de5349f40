'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { PauseCircle } from 'lucide-react'
import type { PricedApiView } from '@/domain/priced-api'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Switch } from '../ui/switch'
import { toast } from '../ui/toast'

/** Whether agents can call it: a switch for those who may, a word for the others. */
export function ActiveSwitch({ api }: { api: PricedApiView }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const mayManage = useMay('manage-workspace')
  const setActive = useMutation(
    trpc.pricedApis.setActive.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.pricedApis.list.queryKey() }),
      onError: (error) =>
        toast.error(`${api.name} stays as it is`, { description: readProblem(error).detail }),
    }),
  )
  const isActive = setActive.isPending ? setActive.variables.isActive : api.isActive
  if (!mayManage) {
    return isActive ? <Badge tone="positive">On</Badge> : <Badge icon={PauseCircle}>Off</Badge>
  }
  return (
    <span className="inline-flex items-center gap-2">
      <Switch
        aria-label={`Agents can call ${api.name}`}
        aria-busy={setActive.isPending}
        checked={isActive}
        onCheckedChange={(checked) =>
          setActive.isPending ? undefined : setActive.mutate({ workspaceId, id: api.id, isActive: checked })
        }
      />
      <span aria-hidden className="w-6 max-sm:hidden text-[0.8125rem] text-ink-muted">
        {isActive ? 'On' : 'Off'}
      </span>
    </span>
  )
}
