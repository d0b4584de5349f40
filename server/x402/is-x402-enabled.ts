import { env } from '@/server/core/env'

/** x402 needs the prepaid deposits and its own switch, and an address that is paid. */
export function isX402Enabled(): boolean {
  const { PREPAY_DEPOSITS_ENABLED, PREPAY_X402_TOPUP_ENABLED, RECEIVE_ADDRESS } = env()
  return PREPAY_DEPOSITS_ENABLED && PREPAY_X402_TOPUP_ENABLED && RECEIVE_ADDRESS !== undefined
}
