import { Activity, CircleCheck, CircleDot, History, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { WatcherView } from '@/domain/instance'
import { Badge, type Tone } from '../ui/badge'
import { Card, CardBody, CardHeader } from '../ui/card'
import { Progress } from '../ui/progress'
import { RelativeTime } from '../ui/relative-time'

const STATES: Record<WatcherView['state'], { words: string; tone: Tone; icon: LucideIcon; hint: string }> = {
  starting: {
    words: 'Starting',
    tone: 'neutral',
    icon: CircleDot,
    hint: 'No block was read yet. A worker process has to run.',
  },
  backfilling: {
    words: 'Reading history',
    tone: 'active',
    icon: History,
    hint: 'Past events are being read. Figures are complete when it has caught up.',
  },
  following: {
    words: 'At the head',
    tone: 'positive',
    icon: CircleCheck,
    hint: 'New blocks are read as they come.',
  },
  behind: {
    words: 'Behind',
    tone: 'caution',
    icon: TriangleAlert,
    hint: 'More than 15 blocks late. Look at the worker’s log and at the RPC endpoint.',
  },
}

/** How far the chain was read into the ledger. */
export function WatcherCard({ watcher }: { watcher: WatcherView }) {
  const state = STATES[watcher.state]
  return (
    <Card>
      <CardHeader
        title="Watcher"
        description="Reads the chain's events into the ledger."
        actions={
          <Badge tone={state.tone} icon={state.icon} hint={state.hint}>
            {state.words}
          </Badge>
        }
      />
      <CardBody className="grid gap-4">
        <Backfill watcher={watcher} />
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Figure term="Lag">
            {watcher.lagBlocks === null
              ? 'Unknown'
              : `${watcher.lagBlocks} ${watcher.lagBlocks === 1 ? 'block' : 'blocks'}`}
          </Figure>
          <Figure term="Chain head">{watcher.chainHeadBlock ?? 'Not reachable'}</Figure>
          <Figure term="Read up to">{watcher.headBlock ?? 'Nothing yet'}</Figure>
          <Figure term="Final up to">{watcher.finalBlock ?? 'Nothing yet'}</Figure>
        </dl>
        {watcher.updatedAt ? (
          <p className="flex items-center gap-1.5 text-[0.8125rem] text-ink-muted">
            <Activity aria-hidden className="size-3.5" />
            Last moved <RelativeTime at={watcher.updatedAt} />
          </p>
        ) : null}
      </CardBody>
    </Card>
  )
}

function Backfill({ watcher: { state, startBlock, backfillTo, headBlock } }: { watcher: WatcherView }) {
  if (state !== 'backfilling' || startBlock === null || backfillTo === null || headBlock === null) return null
  const start = BigInt(startBlock)
  const total = Number(BigInt(backfillTo) - start)
  const done = Number(BigInt(headBlock) - start)
  return (
    <div className="grid gap-1.5">
      <p className="figures text-[0.8125rem] text-ink-muted">
        Block {headBlock} of {backfillTo}
      </p>
      <Progress value={done} max={total} label="History that was read" />
    </div>
  )
}

function Figure({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-[0.8125rem] text-ink-muted">{term}</dt>
      <dd className="figures text-base font-medium">{children}</dd>
    </div>
  )
}
