import { createBatchQueue } from '@/server/core/create-batch-queue'
import { payer } from './payer'
import { createPayoutBatch, type PayoutOutcome, type PayoutRow } from './payout-repository'

const MAX_ATTEMPTS = 5
/** Serialization failure and deadlock: another process created for the same agent meanwhile, and nothing of ours is stored. */
const IN_THE_WAY = new Set(['40001', '40P01'])

/** Creates a payout of an agent; what arrives while a statement of this agent is under way is sent together with the next. */
export const enqueuePayout = createBatchQueue<PayoutRow, PayoutOutcome>({
  maxBatch: 64,
  send: createPatiently,
})

/** The same call again sees whose an id is now. */
async function createPatiently(agentId: string, rows: PayoutRow[]): Promise<PayoutOutcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createPayoutBatch(agentId, payer(), rows)
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (attempt === MAX_ATTEMPTS || typeof code !== 'string' || !IN_THE_WAY.has(code)) throw error
    }
  }
}
