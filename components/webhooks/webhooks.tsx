'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useQueryState } from 'nuqs'
import { useCallback, useState } from 'react'
import type { WebhookEndpointView } from '@/domain/webhook'
import { PageHeader } from '../shell/page-header'
import { useWorkspace } from '../shell/workspace-context'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { toast } from '../ui/toast'
import { DefaultSecretCard } from './default-secret-card'
import { DeliveriesCard } from './deliveries-card'
import type { EndpointAct } from './endpoint-menu'
import { EndpointsCard } from './endpoints-card'
import { webhooksParams } from './webhooks-params'

const EndpointDialog = dynamic(() => import('./endpoint-dialog'), { ssr: false })
const SecretDialog = dynamic(() => import('./secret-dialog'), { ssr: false })
const RotateSecretDialog = dynamic(() => import('./rotate-secret-dialog'), { ssr: false })
const RemoveEndpointDialog = dynamic(() => import('./remove-endpoint-dialog'), { ssr: false })
const ReplayMissedDialog = dynamic(() => import('./replay-missed-dialog'), { ssr: false })
const TestDialog = dynamic(() => import('./test-dialog'), { ssr: false })
const DeliverySheet = dynamic(() => import('./delivery-sheet'), { ssr: false })

type Asked =
  | { act: 'add' }
  | { act: 'edit' | 'test' | 'rotate' | 'replay' | 'remove'; endpoint: WebhookEndpointView }
  | { act: 'rotate-default'; isFirst: boolean }
  | { act: 'secret'; secret: string; previousEndsAt: string | null }

/** Who is told what happens in this workspace, and what became of each message. */
export function Webhooks() {
  const [asked, setAsked] = useState<Asked | null>(null)
  const [deliveryId, setDeliveryId] = useQueryState('delivery', webhooksParams.delivery)
  const offerMissed = useCallback(
    (endpoint: WebhookEndpointView) => setAsked({ act: 'replay', endpoint }),
    [],
  )
  const setEnabled = useSetEnabled(offerMissed)
  const onAct = useCallback(
    (act: EndpointAct, endpoint: WebhookEndpointView) => {
      if (act !== 'turn-on' && act !== 'turn-off') setAsked({ act, endpoint })
      else setEnabled(endpoint, act === 'turn-on')
    },
    [setEnabled],
  )
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Your servers are told by signed messages what happens here, at least once each, for up to three days."
      />
      <div className="grid gap-5">
        <EndpointsCard onAct={onAct} onAdd={() => setAsked({ act: 'add' })} />
        <DeliveriesCard />
        <DefaultSecretCard onRotate={(isFirst) => setAsked({ act: 'rotate-default', isFirst })} />
      </div>
      <AskedDialog asked={asked} onAsk={setAsked} />
      {deliveryId === null ? null : (
        <DeliverySheet
          deliveryId={deliveryId}
          onClose={() => void setDeliveryId(null)}
          onOpen={(id) => void setDeliveryId(id)}
        />
      )}
    </>
  )
}

/** Turns an endpoint on or off; one that is on again is offered what it missed. The same function at each render. */
function useSetEnabled(onAgain: (endpoint: WebhookEndpointView) => void) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const { id: workspaceId } = useWorkspace()
  const { mutate } = useMutation(
    trpc.webhooks.setEnabled.mutationOptions({
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.wallet.alarms.queryKey() }),
        ]),
      onError: (error) =>
        toast.error('The endpoint stays as it is', { description: readProblem(error).detail }),
    }),
  )
  return useCallback(
    (endpoint: WebhookEndpointView, isEnabled: boolean) =>
      mutate(
        { workspaceId, id: endpoint.id, isEnabled },
        {
          onSuccess: () => {
            toast.success(isEnabled ? 'The endpoint is on' : 'The endpoint is off')
            if (isEnabled) onAgain({ ...endpoint, isEnabled })
          },
        },
      ),
    [mutate, workspaceId, onAgain],
  )
}

type AskedDialogProps = { asked: Asked | null; onAsk: (asked: Asked | null) => void }

function AskedDialog({ asked, onAsk }: AskedDialogProps) {
  const onClose = () => onAsk(null)
  const onCreated = (secret: string) => onAsk({ act: 'secret', secret, previousEndsAt: null })
  const onRotated = (rotated: { secret: string; previousSecretEndsAt: string | null }) =>
    onAsk({ act: 'secret', secret: rotated.secret, previousEndsAt: rotated.previousSecretEndsAt })
  switch (asked?.act) {
    case 'add':
      return <EndpointDialog endpoint={null} onClose={onClose} onCreated={onCreated} />
    case 'edit':
      return <EndpointDialog endpoint={asked.endpoint} onClose={onClose} onCreated={onCreated} />
    case 'secret':
      return <SecretDialog secret={asked.secret} previousEndsAt={asked.previousEndsAt} onClose={onClose} />
    case 'rotate':
      return <RotateSecretDialog endpoint={asked.endpoint} onClose={onClose} onRotated={onRotated} />
    case 'rotate-default':
      return (
        <RotateSecretDialog endpoint={null} isFirst={asked.isFirst} onClose={onClose} onRotated={onRotated} />
      )
    case 'test':
      return <TestDialog endpoint={asked.endpoint} onClose={onClose} />
    case 'replay':
      return <ReplayMissedDialog endpoint={asked.endpoint} onClose={onClose} />
    case 'remove':
      return <RemoveEndpointDialog endpoint={asked.endpoint} onClose={onClose} />
    default:
      return null
  }
}
