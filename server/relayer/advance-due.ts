import { describeRpcError } from '@/server/chain'
import { log } from '@/server/core/log'
import type { Next, Waiting } from './next-step'

type Round<Row> = {
  /** Rows whose lease this round holds. */
  due: readonly Row[]
  /** What the rows are, for the log. */
  what: string
  advance: (row: Row) => Promise<Next>
  /** What a row is left with when the chain did not answer. */
  unanswered: Next
  report?: (row: Row, next: Next) => Promise<void>
  /** Gives the row back, under the lease's version. */
  release: (row: Row, waiting: Waiting) => Promise<void>
}

/** One round over due rows, one after the other. An error is unknown, not failed: the row falls due again. */
export async function advanceDue<Row extends { id: string }>({
  due,
  what,
  advance,
  unanswered,
  report,
  release,
}: Round<Row>): Promise<{ claimed: number; open: number }> {
  let open = 0
  for (const row of due) {
    const next = await advance(row).catch((error: Error) => {
      log.warn({ what, id: row.id, error: describeRpcError(error) }, 'waits for the chain')
      return unanswered
    })
    if (next.isOpen) open += 1
    await report?.(row, next)
    await release(row, next.isOpen ? next : { waitingFor: null, retrySeconds: 0 })
  }
  return { claimed: due.length, open }
}
