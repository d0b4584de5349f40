/** What a round leaves behind: the withdrawal has ended, or it waits, for what and until when to look again. */
export type Next = { isOpen: false } | { isOpen: true; waitingFor: string | null; retrySeconds: number }

export const ENDED: Next = { isOpen: false }

/** `retrySeconds` of 0 looks again at the next round. */
export function waitFor(waitingFor: string | null, retrySeconds: number): Next {
  return { isOpen: true, waitingFor, retrySeconds }
}
