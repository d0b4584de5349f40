import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { OutboundError, toOutboundError } from './outbound-error'
import { hostOf, isAllowedAddress, type OutboundPolicy, readTarget, refusedHost } from './read-target'

/** Resolves a name to all its addresses. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export type OutboundInit = {
  method: Dispatcher.HttpMethod
  headers?: Record<string, string>
  body?: Uint8Array | undefined
}

export type OutboundLimits = {
  /** From the first step of the connection to the last byte of the answer. */
  timeoutMilliseconds: number
  /** Of the answer's body as it comes over the wire. */
  maxResponseBytes: number
  /** Cuts a larger answer off there instead of refusing it. */
  isCut?: boolean
}

export type OutboundAnswer = { status: number; headers: Headers; body: Uint8Array<ArrayBuffer> }

export type Outbound = {
  fetchOutbound: (url: string, init: OutboundInit, limits: OutboundLimits) => Promise<OutboundAnswer>
  assertReachableTarget: (url: string) => Promise<URL>
}

type OutboundOptions = OutboundPolicy & { lookup?: LookupAll }

const CONNECT_MILLISECONDS = 5_000
/** So much of one origin's attention is taken at once; further calls wait, within their time. */
const CONNECTIONS_PER_ORIGIN = 64
const MAX_HEADER_BYTES = 16 * 1024

/** Calls to servers that a stranger has named. Every address that a name resolves to is checked where the connection is made. */
export function createOutbound({ isLocalAllowed, lookup = systemLookup }: OutboundOptions): Outbound {
  const policy = { isLocalAllowed }
  const agent = createAgent({ policy, lookup })
  const resolve = promisify(lookup)
  return {
    fetchOutbound: async (text, init, limits) => {
      const url = readTarget(text, policy)
      try {
        return await exchange({ url, init, limits, dispatcher: agent })
      } catch (error) {
        throw toOutboundError(error)
      }
    },
    assertReachableTarget: async (text) => {
      const url = readTarget(text, policy)
      const host = hostOf(url)
      if (isIP(host) !== 0) return url
      const addresses = await resolve(host, { all: true }).catch(() => [])
      if (addresses.length === 0) throw new OutboundError('refused', `${host} has no address.`)
      if (!areAllowed(addresses, policy)) throw refusedHost(host)
      return url
    },
  }
}

type Checked = { policy: OutboundPolicy; lookup: LookupAll }

function createAgent({ policy, lookup }: Checked): Agent {
  const connect = buildConnector({
    timeout: CONNECT_MILLISECONDS,
    lookup: checkedLookup({ policy, lookup }),
  })
  return new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: (options, callback) => {
      const host = hostOf(options)
      // A literal address is never looked up, so it is checked here.
      if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) return callback(refusedHost(host), null)
      connect(options, callback)
    },
  })
}

/** What it answers is what the socket connects to, so that a name cannot change its mind after the check. */
function checkedLookup({ policy, lookup }: Checked): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) return callback(error ?? refusedHost(hostname), '', 0)
      if (!areAllowed(addresses, policy)) return callback(refusedHost(hostname), '', 0)
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/** One forbidden address among several is enough: which of them is used is not ours to choose. */
function areAllowed(addresses: readonly LookupAddress[], policy: OutboundPolicy): boolean {
  return addresses.every(({ address }) => isAllowedAddress(address, policy))
}

type Exchange = { url: URL; init: OutboundInit; limits: OutboundLimits; dispatcher: Dispatcher }

async function exchange({ url, init, limits, dispatcher }: Exchange): Promise<OutboundAnswer> {
  const { timeoutMilliseconds, maxResponseBytes, isCut = false } = limits
  const answer = await request(url, {
    method: init.method,
    headers: { ...init.headers, 'accept-encoding': 'identity' },
    body: init.body ?? null,
    dispatcher,
    signal: AbortSignal.timeout(timeoutMilliseconds),
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: timeoutMilliseconds,
  })
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early closes the connection, so that the rest of a large answer is never read.
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > maxResponseBytes) {
      if (isCut) break
      throw new OutboundError('too_large', `The answer is larger than ${maxResponseBytes} bytes.`)
    }
  }
  const body = Buffer.concat(chunks).subarray(0, maxResponseBytes)
  return { status: answer.statusCode, headers: toHeaders(answer.headers), body }
}

function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  return headers
}
