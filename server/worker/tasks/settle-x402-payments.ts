import { settleDuePayments, watchPayments } from '@/server/x402'

/** One round over x402 payments: settle what is due, and take back what a reorganisation removed. Runs with x402 switched off too, so that what was stored ends. */
export async function settleX402Payments(): Promise<void> {
  await settleDuePayments()
  await watchPayments()
}
