import { AppError } from '@/server/core/app-error'

const MAX_BODY_BYTES = 64 * 1024
// Deeper than any document of ours; recursive readers further in (superjson) would run out of stack at some thousands.
const MAX_DEPTH = 32

// Making one for each body costs more than decoding with it; it keeps nothing from one body to the next.
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The body as it was sent. Reads no further than 64 KiB, whether its length is declared or not. Throws `body_too_large`. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  // Node hands on no byte beyond the declared length. Asking for `body` instead builds a stream and a second request: 0.1 ms.
  if (declared !== null) return withinLimit(new Uint8Array(await request.arrayBuffer()))
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body as text. Throws `body_too_large`, `invalid_json`. */
export async function readText(request: Request): Promise<string> {
  const bytes = await readBytes(request)
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not UTF-8.', { cause })
  }
}

/** Whether a body is declared as JSON. An empty body needs no content type. Throws `unsupported_media_type`. */
export function assertJsonType({ headers }: { headers: Headers }, { isEmpty }: { isEmpty: boolean }): void {
  const type = headers.get('content-type')
  if (type === null && isEmpty) return
  if (type?.split(';')[0]?.trim().toLowerCase() === 'application/json') return
  throw new AppError('unsupported_media_type', 'Send the body as JSON with Content-Type: application/json.')
}

/** Parses JSON that means one thing only: no key twice, no `__proto__`, no deep nesting. Throws `invalid_json`. */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_json', 'The body could not be read as JSON.', { cause })
  }
  assertPlain(text)
  return value
}

// Runs over text that JSON.parse has accepted, so that strings and brackets are all it has to tell apart.
function assertPlain(text: string): void {
  const keysByLevel: (Set<string> | null)[] = []
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') {
      keysByLevel.push(token === '{' ? new Set() : null)
      if (keysByLevel.length > MAX_DEPTH) throw refused(`nests deeper than ${MAX_DEPTH} levels`)
    } else if (token === '}' || token === ']') {
      keysByLevel.pop()
    } else if (token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, -1)) as string
      const keys = keysByLevel.at(-1)
      if (key === '__proto__') throw refused('has the key "__proto__"')
      if (keys?.has(key)) throw refused(`has the key ${JSON.stringify(key.slice(0, 40))} twice`)
      keys?.add(key)
    }
  }
}

function refused(why: string): AppError {
  return new AppError('invalid_json', `The body ${why}.`)
}

function withinLimit(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge()
  return bytes
}

function tooLarge(): AppError {
  return new AppError('body_too_large', `The body is larger than ${MAX_BODY_BYTES} bytes.`)
}
