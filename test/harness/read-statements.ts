// PostgreSQL's protocol as a client speaks it: what one round trip asks for.
import { nameStatement } from './name-trips'

export type Asked = {
  bytes: Buffer
  /** Null for what carries no statement: the greeting, a password, a good-bye. */
  statement: string | null
}

type Message = { type: string; bytes: Buffer }

const TYPE_BYTES = 1
const LENGTH_BYTES = 4
const BODY = TYPE_BYTES + LENGTH_BYTES

/** Of these one round trip may have several, before its `Sync`. */
const PARTS = ['Parse', 'Bind', 'Describe', 'Execute', 'Close', 'Hurry'].map(([letter]) => letter)

/** Takes a client's bytes as they come and answers whole round trips: whatever stands before a `Sync`, or a simple query. */
export function createStatementReader(): (chunk: Buffer) => Asked[] {
  const readMessages = createMessageReader()
  let held: Message[] = []
  return (chunk) =>
    readMessages(chunk).flatMap((message) => {
      held.push(message)
      if (PARTS.includes(message.type)) return []
      const trip = held
      held = []
      return { bytes: Buffer.concat(trip.map(({ bytes }) => bytes)), statement: nameTrip(trip) }
    })
}

function nameTrip(messages: readonly Message[]): string | null {
  const textsOf = (type: string, read: (bytes: Buffer) => string[]) =>
    messages.flatMap((message) => (message.type === type ? read(message.bytes) : []))
  const statements = [...textsOf('Q', readQuery), ...textsOf('P', readParsed)]
  return statements.length > 0 ? nameStatement(statements.join('; '), textsOf('B', readBound)) : null
}

/** The first message of a connection has no type. */
function createMessageReader(): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0)
  let isGreeted = false
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const messages: Message[] = []
    for (;;) {
      const head = isGreeted ? TYPE_BYTES : 0
      const size = rest.length < head + LENGTH_BYTES ? null : head + rest.readInt32BE(head)
      if (size === null || rest.length < size) return messages
      messages.push({
        type: isGreeted ? rest.toString('latin1', 0, TYPE_BYTES) : '',
        bytes: rest.subarray(0, size),
      })
      rest = rest.subarray(size)
      isGreeted = true
    }
  }
}

const readQuery = (bytes: Buffer) => [bytes.toString('utf8', BODY, bytes.length - 1)]

/** The statement's name, its text. */
function readParsed(bytes: Buffer): string[] {
  const start = bytes.indexOf(0, BODY) + 1
  return [bytes.toString('utf8', start, bytes.indexOf(0, start))]
}

/** Portal, statement, formats, and each value with its length, −1 for null. */
function readBound(bytes: Buffer): string[] {
  const statement = bytes.indexOf(0, BODY) + 1
  let at = bytes.indexOf(0, statement) + 1
  at += 2 + 2 * bytes.readInt16BE(at)
  const values: string[] = []
  const count = bytes.readInt16BE(at)
  at += 2
  for (let n = 0; n < count; n += 1) {
    const size = bytes.readInt32BE(at)
    at += 4
    if (size < 0) continue
    values.push(bytes.toString('utf8', at, at + size))
    at += size
  }
  return values
}
