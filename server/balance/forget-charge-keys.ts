import { forgetKeys } from './charge-repository'

/** Forgets the idempotency keys of charges older than 30 days. */
export async function forgetChargeKeys(): Promise<void> {
  while (await forgetKeys()) {
    // The next thousand.
  }
}
