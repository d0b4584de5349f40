'use client'

import type { ReactNode } from 'react'
import { Address } from '../address/address'
import { TxLink } from '../address/tx-link'
import { CopyButton } from '../ui/copy-button'
import { exactTime } from '../ui/format-time'
import { Sheet, SheetContent } from '../ui/sheet'
import { EventAmount } from './event-amount'
import { effectOf } from './event-effect'
import { EventState } from './event-state'
import { LocalTime } from './local-time'
import type { ActivityRow } from './merge-activity'

type ActivityDetailsProps = {
  /** Null closes it. */
  row: ActivityRow | null
  /** The row's button, which gets the focus back. */
  opener: HTMLElement | null
  walletAddress: string
  onClose: () => void
}

/** An event to the last digit: exact amount, moment, block, transaction and who is on the other side. */
export function ActivityDetails({ row, opener, walletAddress, onClose }: ActivityDetailsProps) {
  const effect = row && effectOf(row)
  return (
    <Sheet open={row !== null} onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      {row && effect ? (
        <SheetContent
          title={effect.title}
          description={effect.meaning}
          onCloseAutoFocus={() => opener?.focus()}
        >
          <dl className="grid gap-4">
            <Fact name="Amount">
              <EventAmount effect={effect} isExact className="text-base" />
            </Fact>
            <Fact name="State">
              {row.confirming ? (
                <span className="grid gap-1">
                  <span>
                    <EventState row={row} />
                  </span>
                  <span className="text-ink-muted">
                    In a block that is still shallow. It becomes final with {row.confirming.required}{' '}
                    confirmations; until then the chain can drop it.
                  </span>
                </span>
              ) : row.isReversed ? (
                <EventState row={row} />
              ) : (
                'Final'
              )}
            </Fact>
            <Fact name="Block made">
              <LocalTime at={row.blockTime} />
              <span className="block text-ink-muted">{exactTime(new Date(row.blockTime))}</span>
            </Fact>
            {row.confirmedAt ? <Fact name="Final since">{exactTime(new Date(row.confirmedAt))}</Fact> : null}
            <Fact name="Block and log">
              <span className="figures">
                {row.blockNumber}, log {row.logIndex}
              </span>
            </Fact>
            <Fact name="Transaction">
              <span className="block font-mono text-[0.8125rem] break-all">{row.txHash}</span>
              <TxLink hash={row.txHash} className="mt-1" />
            </Fact>
            <Fact name="Wallet">
              <Address address={walletAddress} />
            </Fact>
            {row.counterparty ? (
              <Fact name="Other side">
                <Address address={row.counterparty} />
              </Fact>
            ) : null}
            {row.session ? (
              <Fact name="Session">
                <span className="font-mono text-[0.8125rem] break-all">{row.session}</span>
                <CopyButton value={row.session} what="session" className="size-7" />
              </Fact>
            ) : null}
          </dl>
        </SheetContent>
      ) : null}
    </Sheet>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <dt className="text-[0.8125rem] text-ink-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
