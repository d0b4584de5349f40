import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { OutboundError } from './outbound-error'

/** All addresses of a name, none when it has none. Throws `OutboundError` when nobody answers, or not in time. */
export type ResolveName = (host: string, asker?: string) => Promise<LookupAddress[]>

/** Of one question to one name server. */
const QUERY_MILLISECONDS = 2_000
const TRIES = 2
/** Of all questions about a name, to however many name servers. */
const DEADLINE_MILLISECONDS = 4_000
/** Once one kind of addresses is there, the other is waited for a moment only. */
const OTHER_KIND_MILLISECONDS = 300
/** More than a worker's deliveries; each takes two sockets. */
const AT_ONCE = 256
/** Of one agent: hosts of one agent whose name servers hang take no room from the others. */
const AT_ONCE_OF_ASKER = 16

const LOOPBACK: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]
const NO_ADDRESS = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME'])

/**
 * Resolves strangers' names by asking name servers itself. The system's resolver would take one of libuv's few threads for as long as
 * a stranger's name server likes, and with them the connections and keys of everybody else in this process. The hosts file is
 * not read: `localhost` is known here (RFC 6761). `servers` are those of the system unless given.
 */
export function createNameResolver({ servers }: { servers?: readonly string[] } = {}): ResolveName {
  const underWay = new Map<string, Promise<LookupAddress[]>>()
  const ofAskers = new Map<string, number>()
  return (host, asker = '') => {
    const name = host.toLowerCase().replace(/\.$/, '')
    if (/(^|\.)localhost$/.test(name)) return Promise.resolve(LOOPBACK)
    const known = underWay.get(name)
    if (known) return known
    const ofAsker = ofAskers.get(asker) ?? 0
    if (underWay.size >= AT_ONCE || (asker !== '' && ofAsker >= AT_ONCE_OF_ASKER)) {
      return Promise.reject(new OutboundError('timed_out', 'Too many names are being looked up just now.'))
    }
    ofAskers.set(asker, ofAsker + 1)
    const asking = ask(name, servers).finally(() => {
      underWay.delete(name)
      const left = (ofAskers.get(asker) ?? 1) - 1
      if (left > 0) ofAskers.set(asker, left)
      else ofAskers.delete(asker)
    })
    underWay.set(name, asking)
    return asking
  }
}

async function ask(name: string, servers: readonly string[] | undefined): Promise<LookupAddress[]> {
  const resolver = new Resolver({ timeout: QUERY_MILLISECONDS, tries: TRIES })
  if (servers) resolver.setServers(servers)
  const cancelIn = (milliseconds: number) => setTimeout(() => resolver.cancel(), milliseconds)
  const timers = [cancelIn(DEADLINE_MILLISECONDS)]
  const patience = () => timers.push(cancelIn(OTHER_KIND_MILLISECONDS))
  const kinds = [resolver.resolve4(name), resolver.resolve6(name)]
  for (const kind of kinds) kind.then(patience, () => {})
  const [ipv4, ipv6] = await Promise.allSettled(kinds)
  for (const timer of timers) clearTimeout(timer)
  const addresses = [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)]
  const failure = [ipv4, ipv6].map(codeOf).find((code) => code !== null && !NO_ADDRESS.has(code))
  if (addresses.length > 0 || !failure) return addresses
  const isLate = failure === 'ETIMEOUT' || failure === 'ECANCELLED'
  throw new OutboundError(isLate ? 'timed_out' : 'unreachable', `${name} could not be looked up just now.`)
}

type Settled = PromiseSettledResult<string[]> | undefined

function addressesOf(settled: Settled, family: 4 | 6): LookupAddress[] {
  return settled?.status === 'fulfilled' ? settled.value.map((address) => ({ address, family })) : []
}

function codeOf(settled: Settled): string | null {
  return settled?.status === 'rejected' ? String(settled.reason?.code) : null
}
