import type { RelayOutcome } from './relay-transaction'

/** What a round leaves behind: the row has ended, or it waits, for what and until when to look again. */
export type Next = { isOpen: false } | ({ isOpen: true } & Waiting)

/** `waitingFor` is seen by the row's owner; `retrySeconds` of 0 looks again at the next round. */
export type Waiting = { waitingFor: string | null; retrySeconds: number }

export const ENDED: Next = { isOpen: false }

export function waitFor(waitingFor: string | null, retrySeconds: number): Next {
  return { isOpen: true, waitingFor, retrySeconds }
}

/** What a row waits for once the relayer was asked to send for it. */
export function waitAfter(outcome: RelayOutcome, retrySeconds: number): Next {
  if (outcome === 'gas_allowance') return waitFor('gas_allowance', retrySeconds)
  return outcome === 'out_of_gas' ? waitFor('relayer_gas', retrySeconds) : waitFor(null, 0)
}
