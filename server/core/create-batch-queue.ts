type Waiting<Row, Outcome> = {
  row: Row
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

/**
 * Sends rows of one key in the order of arrival, with at most one statement in flight for each key: what arrives meanwhile is
 * sent together with the next. Many statements on one row lock would be ten times slower and unfair.
 */
export function createBatchQueue<Row, Outcome>({
  maxBatch,
  send,
}: {
  maxBatch: number
  /** Answers one outcome for each row, in their order. */
  send: (key: string, rows: Row[]) => Promise<Outcome[]>
}): (key: string, row: Row) => Promise<Outcome> {
  const queues = new Map<string, Waiting<Row, Outcome>[]>()

  const drain = async (key: string, queue: Waiting<Row, Outcome>[]) => {
    while (queue.length > 0) {
      const batch = queue.splice(0, maxBatch)
      try {
        const outcomes = await send(
          key,
          batch.map(({ row }) => row),
        )
        for (const [index, { resolve, reject }] of batch.entries()) {
          const outcome = outcomes[index]
          if (outcome === undefined) reject(new Error('a batch answered too few rows'))
          else resolve(outcome)
        }
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    queues.delete(key)
  }

  return (key, row) =>
    new Promise((resolve, reject) => {
      const waiting = { row, resolve, reject }
      const queue = queues.get(key)
      if (queue) {
        queue.push(waiting)
        return
      }
      const first = [waiting]
      queues.set(key, first)
      void drain(key, first)
    })
}
