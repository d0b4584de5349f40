import { ArrowDownToLine, Eye, KeyRound, type LucideIcon } from 'lucide-react'
import { SignInCard } from '../auth/sign-in-card'
import { DeploymentFacts } from './deployment-facts'

const FACTS: { icon: LucideIcon; title: string; text: string }[] = [
  {
    icon: KeyRound,
    title: 'Your wallet stays yours',
    text: 'You fund the pool and take money out with signatures of your own wallet. This console cannot sign for you.',
  },
  {
    icon: ArrowDownToLine,
    title: 'Withdraw at any time',
    text: 'The pool is a contract on Base. Withdrawing has no gate: it works while top up is paused, and without this console.',
  },
  {
    icon: Eye,
    title: 'Every figure can be checked',
    text: 'Balances are read from the chain, compared with the contract every few minutes, and a difference raises an alarm.',
  },
]

/** The first page: what this is in a few sentences, and the door. */
export function SignedOutStart() {
  return (
    <div className="mx-auto grid w-full max-w-6xl gap-x-16 gap-y-8 px-4 py-10 sm:px-6 lg:grid-cols-[1fr_26rem] lg:py-20">
      <div className="grid content-start gap-4">
        <h1 className="max-w-xl text-3xl font-semibold tracking-tight sm:text-4xl">
          Money for your agents, under your control
        </h1>
        <p className="max-w-xl text-base text-ink-muted">
          Bursar is a USDC treasury console for AI agents on Base. You host it yourself. Give agents a budget
          they can spend from, watch each payment settle, and take back what is left.
        </p>
      </div>
      <div className="lg:col-start-2 lg:row-span-3 lg:row-start-1">
        <SignInCard />
      </div>
      <ul className="grid max-w-xl gap-5">
        {FACTS.map(({ icon: Icon, title, text }) => (
          <li key={title} className="grid grid-cols-[2.25rem_1fr] gap-x-3">
            <span className="flex size-9 items-center justify-center rounded-lg border bg-surface text-accent-ink">
              <Icon aria-hidden className="size-4.5" />
            </span>
            <div className="grid gap-0.5">
              <h2 className="font-medium">{title}</h2>
              <p className="text-ink-muted">{text}</p>
            </div>
          </li>
        ))}
      </ul>
      <DeploymentFacts />
    </div>
  )
}
