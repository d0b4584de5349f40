'use client'

import type { KeyboardEvent } from 'react'
import { TxLink } from '../address/tx-link'
import { cn } from '../ui/cn'
import { EventAmount } from './event-amount'
import { effectOf } from './event-effect'
import { EventState } from './event-state'
import { KindIcon } from './kind-icon'
import { LocalTime } from './local-time'
import type { ActivityRow } from './merge-activity'

/** Columns where the list is wide (it may be half of a wide screen); elsewhere a row is a card of two lines. */
export const ROW_COLUMNS = '@3xl:grid-cols-[2.25rem_minmax(0,1fr)_8rem_9.5rem_11rem] @3xl:gap-x-4'

type ActivityItemProps = { row: ActivityRow; onOpen: (row: ActivityRow, opener: HTMLElement) => void }

/** One event. The whole row opens its details; arrows move between rows. */
export function ActivityItem({ row, onOpen }: ActivityItemProps) {
  const effect = effectOf(row)
  return (
    <li
      className={cn(
        'relative grid grid-cols-[2.25rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-b px-4 py-3 last:border-b-0 hover:bg-sunken/60 @3xl:px-5',
        ROW_COLUMNS,
      )}
    >
      <div className="row-span-2 self-start @3xl:col-start-1 @3xl:row-start-1 @3xl:self-center">
        <KindIcon kind={row.kind} isReversal={row.isReversal} />
      </div>
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 self-start @3xl:col-start-2 @3xl:row-start-1 @3xl:self-end">
        <button
          type="button"
          data-activity-row
          aria-haspopup="dialog"
          onClick={(event) => onOpen(row, event.currentTarget)}
          onKeyDown={moveBetweenRows}
          // The button covers its row, so that a click anywhere on it opens the details.
          className="rounded-sm text-left font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent-ink"
        >
          {effect.title}
        </button>
        <EventState row={row} />
      </div>
      <EventAmount
        effect={effect}
        isTakenBack={row.isReversed}
        className="self-start justify-self-end text-right @3xl:col-start-5 @3xl:row-span-2 @3xl:row-start-1 @3xl:self-center"
      />
      <p className="col-span-2 col-start-2 text-[0.8125rem] text-ink-muted @3xl:col-span-1 @3xl:col-start-2 @3xl:row-start-2 @3xl:self-start">
        {effect.meaning}
      </p>
      <div className="col-span-2 col-start-2 flex flex-wrap items-center justify-between gap-x-3 text-[0.8125rem] text-ink-muted @3xl:contents">
        <LocalTime
          at={row.blockTime}
          className="figures @3xl:col-start-3 @3xl:row-span-2 @3xl:row-start-1 @3xl:text-sm"
        />
        <span className="relative -my-1 @3xl:col-start-4 @3xl:row-span-2 @3xl:row-start-1 @3xl:w-fit">
          <TxLink hash={row.txHash} />
        </span>
      </div>
    </li>
  )
}

function moveBetweenRows(event: KeyboardEvent<HTMLButtonElement>) {
  const list = event.currentTarget.closest('ol')
  if (!list) return
  const rows = Array.from(list.querySelectorAll<HTMLButtonElement>('[data-activity-row]'))
  const place = rows.indexOf(event.currentTarget)
  const moves: Record<string, HTMLButtonElement | undefined> = {
    ArrowDown: rows[place + 1],
    ArrowUp: rows[place - 1],
    Home: rows[0],
    End: rows.at(-1),
  }
  const target = moves[event.key]
  if (!target) return
  event.preventDefault()
  target.focus()
}
