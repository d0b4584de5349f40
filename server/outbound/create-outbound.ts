import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { OutboundError, toOutboundError } from './outbound-error'
import { hostOf, isAllowedAddress, type OutboundPolicy, readTarget, refusedHost } from './read-target'
import { createNameResolver, type ResolveName } from './resolve-name'

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

export type TargetCheck = {
  /** Lets a name pass that has no address now or cannot be looked up: addresses are checked again where the connection is made. */
  isSilenceAllowed?: boolean
  /** Whoever makes us look, an agent say: has at most 16 names looked up at once. */
  asker?: string
}

export type Outbound = {
  fetchOutbound: (url: string, init: OutboundInit, limits: OutboundLimits) => Promise<OutboundAnswer>
  assertReachableTarget: (url: string, check?: TargetCheck) => Promise<URL>
}

type OutboundOptions = OutboundPolicy & { resolveName?: ResolveName }

/** With the look-up of its name. */
const CONNECT_MILLISECONDS = 6_000
/** So much of one origin's attention is taken at once; further calls wait, within their time. */
const CONNECTIONS_PER_ORIGIN = 64
const MAX_HEADER_BYTES = 16 * 1024

/** Calls to servers that a stranger has named. Every address that a name resolves to is checked where the connection is made. */
export function createOutbound({
  isLocalAllowed,
  resolveName = createNameResolver(),
}: OutboundOptions): Outbound {
  const policy = { isLocalAllowed }
  const agent = createAgent({ policy, resolveName })
  return {
    fetchOutbound: async (text, init, limits) => {
      const url = readTarget(text, policy)
      try {
        return await exchange({ url, init, limits, dispatcher: agent })
      } catch (error) {
        throw toOutboundError(error)
      }
    },
    assertReachableTarget: async (text, { isSilenceAllowed = false, asker } = {}) => {
      const url = readTarget(text, policy)
      const host = hostOf(url)
      if (isIP(host) !== 0) return url
      const addresses = await resolveName(host, asker).catch((error: unknown) => {
        if (isSilenceAllowed && error instanceof OutboundError) return []
        throw error
      })
      // In the same words, so that nobody learns which names our network knows.
      if (addresses.length === 0 && !isSilenceAllowed) throw refusedHost(host)
      if (!areAllowed(addresses, policy)) throw refusedHost(host)
      return url
    },
  }
}

type Checked = { policy: OutboundPolicy; resolveName: ResolveName }

function createAgent({ policy, resolveName }: Checked): Agent {
  const connect = buildConnector({
    timeout: CONNECT_MILLISECONDS,
    lookup: checkedLookup({ policy, resolveName }),
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
function checkedLookup({ policy, resolveName }: Checked): LookupFunction {
  return (hostname, options, callback) => {
    const answer = (addresses: LookupAddress[]) => {
      const [first] = addresses
      if (!first || !areAllowed(addresses, policy)) return callback(refusedHost(hostname), '', 0)
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    }
    resolveName(hostname).then(answer, (error: Error) => callback(error, '', 0))
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
  return {
    status: answer.statusCode,
    // Made for whoever reads them; a webhook does not.
    get headers() {
      return toHeaders(answer.headers)
    },
    body,
  }
}

function toHeaders(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  return headers
}
