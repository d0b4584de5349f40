'use client'

import { Ban, Check, CircleDashed, Hourglass, LoaderCircle, type LucideIcon, Wallet, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { Progress } from './progress'

/** Where one step of a signing flow stands. `rejected` is a person's own choice in the wallet, not an error. */
export type StepState =
  | { stage: 'waiting' }
  | { stage: 'confirm-in-wallet' }
  | { stage: 'working'; words: string }
  | { stage: 'sent' }
  | { stage: 'in-block'; confirmations: number; required: number; secondsLeft?: number }
  | { stage: 'done' }
  | { stage: 'skipped'; why?: string }
  | { stage: 'rejected' }
  | { stage: 'failed'; why: string }

export type Step = {
  id: string
  /** What is asked, as an act: "Allow the pool to take USDC". */
  title: string
  /** What it means, in a sentence. */
  description?: ReactNode
  state: StepState
  /** A link to the transaction, a retry button. */
  aside?: ReactNode
}

const WORDS: Record<StepState['stage'], string> = {
  waiting: 'Waiting',
  'confirm-in-wallet': 'Confirm in your wallet',
  working: 'Working',
  sent: 'Sent, waiting for a block',
  'in-block': 'In a block',
  done: 'Done',
  skipped: 'Not needed',
  rejected: 'You declined in the wallet. Nothing was sent.',
  failed: 'Failed',
}

const ICONS: Record<StepState['stage'], LucideIcon> = {
  waiting: CircleDashed,
  'confirm-in-wallet': Wallet,
  working: LoaderCircle,
  sent: Hourglass,
  'in-block': LoaderCircle,
  done: Check,
  skipped: Check,
  rejected: Ban,
  failed: X,
}

const LOOKS: Record<StepState['stage'], string> = {
  waiting: 'text-ink-faint',
  'confirm-in-wallet': 'border-accent-ink/40 bg-accent-soft text-accent-ink',
  working: 'border-accent-ink/40 bg-accent-soft text-accent-ink',
  sent: 'border-accent-ink/40 bg-accent-soft text-accent-ink',
  'in-block': 'border-accent-ink/40 bg-accent-soft text-accent-ink',
  done: 'border-positive/40 bg-positive-soft text-positive',
  skipped: 'text-ink-faint',
  rejected: 'border-caution/40 bg-caution-soft text-caution',
  failed: 'border-danger/40 bg-danger-soft text-danger',
}

/** The words for a step's state, as the live region reads them. */
export function stepWords(state: StepState): string {
  if (state.stage === 'in-block') {
    return `In a block, ${Math.min(state.confirmations, state.required)} of ${state.required} confirmations`
  }
  if (state.stage === 'failed') return state.why
  if (state.stage === 'working') return state.words
  if (state.stage === 'skipped' && state.why) return state.why
  return WORDS[state.stage]
}

// Seen and not announced: a live region that counts seconds would talk over everything else.
function leftWords(seconds: number): string {
  return seconds > 0 ? `, about ${seconds} s left` : ', any moment now'
}

/** The steps of a signing flow: which of how many, where each stands, and what is awaited. Announces each change. */
export function Stepper({ steps, label }: { steps: readonly Step[]; label: string }) {
  const current = steps.findIndex(({ state }) => state.stage !== 'done' && state.stage !== 'skipped')
  const active = steps[current]
  return (
    <div>
      <ol aria-label={label} className="grid">
        {steps.map((step, index) => (
          <StepRow
            key={step.id}
            step={step}
            position={index + 1}
            total={steps.length}
            isCurrent={index === current}
          />
        ))}
      </ol>
      <p aria-live="polite" className="sr-only">
        {active
          ? `${current + 1} of ${steps.length}, ${active.title}: ${stepWords(active.state)}`
          : `${label}: done`}
      </p>
    </div>
  )
}

type StepRowProps = { step: Step; position: number; total: number; isCurrent: boolean }

function StepRow({ step, position, total, isCurrent }: StepRowProps) {
  const { stage } = step.state
  const Icon = ICONS[stage]
  return (
    <li aria-current={isCurrent ? 'step' : undefined} className="group grid grid-cols-[2rem_1fr] gap-x-3">
      <div className="flex flex-col items-center">
        <span className={cn('flex size-8 items-center justify-center rounded-full border', LOOKS[stage])}>
          <Icon
            aria-hidden
            className={cn('size-4', (stage === 'in-block' || stage === 'working') && 'animate-spin')}
          />
        </span>
        <span aria-hidden className="my-1 w-px flex-1 bg-line group-last:hidden" />
      </div>
      <div className="grid min-w-0 gap-1 pb-5 group-last:pb-0">
        <p className={cn('pt-1.5 font-medium', stage === 'waiting' && !isCurrent && 'text-ink-muted')}>
          {total > 1 ? (
            <span className="figures text-ink-faint">
              {position} of {total}:{' '}
            </span>
          ) : null}
          {step.title}
        </p>
        {step.description ? <p className="text-[0.8125rem] text-ink-muted">{step.description}</p> : null}
        {stage === 'waiting' && !isCurrent ? null : <StepStateLine state={step.state} />}
        {step.aside ? <div className="flex flex-wrap items-center gap-2 pt-1">{step.aside}</div> : null}
      </div>
    </li>
  )
}

const STATE_INK: Partial<Record<StepState['stage'], string>> = {
  'confirm-in-wallet': 'text-accent-ink',
  working: 'text-accent-ink',
  sent: 'text-accent-ink',
  'in-block': 'text-accent-ink',
  done: 'text-positive',
  rejected: 'text-caution',
  failed: 'text-danger',
}

function StepStateLine({ state }: { state: StepState }) {
  return (
    <div
      className={cn('grid gap-1.5 text-[0.8125rem] font-medium', STATE_INK[state.stage] ?? 'text-ink-muted')}
    >
      <span className="figures break-words">
        {stepWords(state)}
        {state.stage === 'in-block' && state.secondsLeft !== undefined ? (
          <span aria-hidden>{leftWords(state.secondsLeft)}</span>
        ) : null}
      </span>
      {state.stage === 'in-block' ? (
        <Progress
          value={state.confirmations}
          max={state.required}
          label="Confirmations"
          className="max-w-60"
        />
      ) : null}
    </div>
  )
}
