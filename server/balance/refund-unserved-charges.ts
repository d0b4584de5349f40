import { AppError } from '@/server/core/app-error'
import { log } from '@/server/core/log'
import { markServed, selectUnserved } from './charge-repository'
import { refundCharge } from './refund-charge'

const BATCH = 100

/** Gives back charges that were paid and never served, because the process that served them ended; the worker's sweep. */
export async function refundUnservedCharges(): Promise<void> {
  const due = await selectUnserved({ limit: BATCH })
  for (const chargeId of due) {
    try {
      await refundCharge({ chargeId, by: { handler: 'worker' }, reason: 'it was not served' })
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'balance_insufficient')) throw error
      // The revenue is withdrawn: a person decides, and the sweep goes on with the others.
      log.warn({ chargeId }, 'an unserved charge cannot be given back: its revenue was withdrawn')
      await markServed(chargeId)
    }
  }
}
