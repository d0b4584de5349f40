// A name server on this machine that answers what its test says, over UDP, and remembers what it was asked.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'

/** Addresses, none of them, that the name does not exist, that it could not find out, or silence. */
type NameAnswer = readonly string[] | 'missing' | 'fails' | 'silent'

export type NameServer = {
  /** For `dns.Resolver.setServers`. */
  address: string
  /** The names asked for with their kinds, such as `a.example A`. */
  asked: string[]
  /** What a name (or a name and a kind, such as `a.example AAAA`) answers from now on; several answers are given one for each question of a kind, the last one for good. */
  answer: (name: string, ...answers: NameAnswer[]) => void
  stop: () => Promise<void>
}

const KINDS: Record<number, string> = { 1: 'A', 28: 'AAAA' }
const HEADER_BYTES = 12

export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4')
  const answers = new Map<string, NameAnswer[]>()
  const asked: string[] = []
  socket.on('message', (question, { port, address }) => {
    const { name, kind, end } = readQuestion(question)
    const key = `${name} ${kind}`
    asked.push(key)
    const waiting = answers.get(key) ?? ['missing']
    const given = (waiting.length > 1 ? waiting.shift() : waiting[0]) ?? 'missing'
    if (given !== 'silent') socket.send(writeAnswer(question.subarray(0, end), kind, given), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    answer: (name, ...given) => {
      const keys = name.includes(' ') ? [name] : Object.values(KINDS).map((kind) => `${name} ${kind}`)
      for (const key of keys) answers.set(key, [...given])
    },
    stop: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function readQuestion(message: Buffer): { name: string; kind: string; end: number } {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return {
    name: labels.join('.').toLowerCase(),
    kind: KINDS[message.readUInt16BE(at + 1)] ?? 'other',
    end: at + 5,
  }
}

function writeAnswer(question: Buffer, kind: string, answer: Exclude<NameAnswer, 'silent'>): Buffer {
  const addresses = typeof answer === 'string' ? [] : answer.filter((one) => (kind === 'A') === isIPv4(one))
  const message = Buffer.from(question)
  const code = answer === 'missing' ? 3 : answer === 'fails' ? 2 : 0
  message.writeUInt16BE(0x8180 | code, 2)
  message.writeUInt16BE(addresses.length, 6)
  message.writeUInt16BE(0, 8)
  message.writeUInt16BE(0, 10)
  return Buffer.concat([message, ...addresses.map((address) => recordOf(address, kind))])
}

/** Of the name in the question, and not to be kept. */
function recordOf(address: string, kind: string): Buffer {
  const data = kind === 'A' ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address)
  const record = Buffer.alloc(12)
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  record.writeUInt16BE(kind === 'A' ? 1 : 28, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt16BE(data.length, 10)
  return Buffer.concat([record, data])
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [first, last] = [groups(head), groups(tail)]
  const bytes = Buffer.alloc(16)
  const all = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last]
  for (const [index, group] of all.entries()) bytes.writeUInt16BE(group, index * 2)
  return bytes
}
