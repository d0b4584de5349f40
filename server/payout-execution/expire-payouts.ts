import { expirePayouts as expireDue } from './payout-step-repository'

const LIMIT = 200

/** Ends payouts that nobody approved before `expiresAt`. Answers how many. */
export async function expirePayouts(): Promise<number> {
  return expireDue(LIMIT)
}
