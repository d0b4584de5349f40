'use client'

import {
  CircleOff,
  History,
  KeyRound,
  MoreHorizontal,
  Pencil,
  Power,
  SendHorizontal,
  Trash2,
} from 'lucide-react'
import type { WebhookEndpointView } from '@/domain/webhook'
import { Button } from '../ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../ui/dropdown-menu'

export type EndpointAct = 'edit' | 'test' | 'rotate' | 'replay' | 'turn-on' | 'turn-off' | 'remove'

type EndpointMenuProps = {
  endpoint: WebhookEndpointView
  onAct: (act: EndpointAct, endpoint: WebhookEndpointView) => void
}

/** What can be done with an endpoint. */
export function EndpointMenu({ endpoint, onAct }: EndpointMenuProps) {
  const act = (one: EndpointAct) => () => onAct(one, endpoint)
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`More for ${endpoint.url}`}>
          <MoreHorizontal aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={act('test')}>
          <SendHorizontal aria-hidden />
          Send a test event
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={act('edit')}>
          <Pencil aria-hidden />
          Change
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={act('rotate')}>
          <KeyRound aria-hidden />
          Rotate the secret
        </DropdownMenuItem>
        {endpoint.isEnabled ? (
          <>
            <DropdownMenuItem onSelect={act('replay')}>
              <History aria-hidden />
              Send what it missed
            </DropdownMenuItem>
            <DropdownMenuItem onSelect={act('turn-off')}>
              <CircleOff aria-hidden />
              Turn off
            </DropdownMenuItem>
          </>
        ) : (
          <DropdownMenuItem onSelect={act('turn-on')}>
            <Power aria-hidden />
            Turn on
          </DropdownMenuItem>
        )}
        <DropdownMenuItem isDanger onSelect={act('remove')}>
          <Trash2 aria-hidden />
          Remove
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
