import { stringify } from 'csv-stringify/sync'

const BATCH = 500

type StreamCsv<Row> = {
  columns: readonly string[]
  /** The rows after `last`, at most `take` of them; fewer are the end. */
  read: (last: Row | null, take: number) => Promise<readonly Row[]>
  toRecord: (row: Row) => string[]
}

/**
 * A list as CSV in batches of 500 rows, so that memory stays flat; the first chunk is the header. No cell can start a formula
 * in a spreadsheet: csv-stringify puts an apostrophe before such a cell.
 */
export function streamCsv<Row>({ columns, read, toRecord }: StreamCsv<Row>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let last: Row | null = null
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(stringify([[...columns]])))
    },
    async pull(controller) {
      const rows: readonly Row[] = await read(last, BATCH)
      last = rows.at(-1) ?? last
      if (rows.length > 0) {
        controller.enqueue(encoder.encode(stringify(rows.map(toRecord), { escape_formulas: true })))
      }
      if (rows.length < BATCH) controller.close()
    },
  })
}
