import type { PayoutRowView, PayoutTransitionView } from '@/domain/payout-console'
import { failureWords } from '@/domain/payout-console'
import type { PayoutStatus } from '@/domain/payout-status'

const WAITING: Record<string, string> = {
  kill_switch: 'It is held back: all payouts are stopped.',
  gas_allowance: 'It waits for the gas allowance of the next day.',
  relayer_gas: 'It waits for a relayer that can pay the gas.',
  chain_clock: 'The chain’s clock is far from this console’s; it is signed when they agree.',
  relayer_busy: 'It waits until what the relayer has sent is mined.',
  wallet_key: 'The key of the payout wallet is not here; whoever runs this console has to look at it.',
  signer: 'The signer does not answer just now.',
  signer_denied:
    'The signer does not let this console use the key; whoever runs this console has to look at it.',
  wrong_signature:
    'The signer answers with signatures of another key, which are thrown away; whoever runs this console has to look at it.',
  chain: 'The chain does not answer just now.',
  logs: 'USDC has used its authorization; the chain is asked in which transaction.',
  second_endpoint: 'A second endpoint has to show it too, because of its amount.',
  proof_of_cancellation: 'Its authorization was cancelled; a final block has to prove it.',
  proof_of_expiry: 'Its authorization ended; a final block has to prove that it was not used.',
  reorganised: 'The chain took its block back; the same authorization is sent again.',
  reorganised_for_good: 'The chain took its block back, and its authorization has ended.',
  sender_blocked: 'USDC has blocked the payout wallet; whoever runs this console has to look at it.',
  token_paused: 'USDC is paused on this chain.',
}

const REVERT = 'would_revert: '

function revertWords(reason: string): string {
  const why = /blacklist/i.test(reason)
    ? 'USDC has blocked one of its addresses'
    : /paused/i.test(reason)
      ? 'USDC is paused on this chain'
      : `USDC would refuse it (“${reason}”)`
  return `Not sent yet: ${why}. It is tried again until its authorization ends.`
}

/** What a payout waits for beyond its status; an unknown word of the worker is shown as it is. */
export function waitingWords(waitingFor: string | null): string | null {
  if (!waitingFor) return null
  if (waitingFor.startsWith(REVERT)) return revertWords(waitingFor.slice(REVERT.length))
  return WAITING[waitingFor] ?? `It waits: ${waitingFor.replaceAll('_', ' ')}.`
}

const ARRIVALS: Record<Exclude<PayoutStatus, 'failed'>, string> = {
  pending_authorization: 'Asked for; a person decides',
  authorized: 'Approved',
  signing: 'Signing began',
  signed: 'Signed by the payout wallet',
  broadcasting: 'Handed to a relayer, which pays the gas',
  succeeded: 'Accepted by a node of the chain',
  confirmed: 'Paid: deep enough in the chain',
}

/** What happened at a step of the timeline. */
export function transitionWords(
  { from, to, reason }: PayoutTransitionView,
  kind: PayoutRowView['kind'],
): string {
  if (to === 'failed') return failureWords(reason ?? '', kind).what
  if (to === 'authorized' && from === null) {
    return kind === 'sweep' ? 'Asked for by an owner' : 'Asked for and approved by its mandate'
  }
  if (to === 'confirmed' && from === 'failed') return 'Paid after all: the chain proved it'
  return ARRIVALS[to]
}
