import { isIP } from 'node:net'
import { isLoopbackAddress, isPublicAddress } from './is-public-address'
import { OutboundError } from './outbound-error'

export type OutboundPolicy = {
  /** The local network only: http and this machine's own addresses may be called as well. */
  isLocalAllowed: boolean
}

const WELL_KNOWN_PORTS = new Set([80, 443])
const FIRST_UNPRIVILEGED_PORT = 1024
/** Names that never belong to a public server (RFC 6761, RFC 8375), whatever a resolver makes of them. */
const LOCAL_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/

/** Whether a connection to this IP address may be made at all. */
export function isAllowedAddress(address: string, { isLocalAllowed }: OutboundPolicy): boolean {
  return isPublicAddress(address) || (isLocalAllowed && isLoopbackAddress(address))
}

/** The host of a URL without the brackets of IPv6. */
export function hostOf({ hostname }: { hostname: string }): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/**
 * A URL that may be called as far as its text tells: https, no credentials, a sensible port, no address of a private
 * network. What its name resolves to is checked at each connection. Throws `OutboundError` with reason `refused`.
 */
export function readTarget(text: string, policy: OutboundPolicy): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) throw refused('This is not a URL.')
  const isLocalHttp = policy.isLocalAllowed && url.protocol === 'http:'
  if (url.protocol !== 'https:' && !isLocalHttp) throw refused('Use an https:// address.')
  if (url.username !== '' || url.password !== '')
    throw refused('Leave user name and password out of the URL.')
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (!WELL_KNOWN_PORTS.has(port) && port < FIRST_UNPRIVILEGED_PORT) {
    throw refused(`Port ${port} may not be called. Use 443, 80 or one from ${FIRST_UNPRIVILEGED_PORT} up.`)
  }
  const host = hostOf(url)
  // The URL parser has written decimal, octal and hexadecimal forms of IPv4 as four decimals by now.
  if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) throw refusedHost(host)
  if (!policy.isLocalAllowed && LOCAL_NAMES.test(host)) throw refusedHost(host)
  return url
}

export function refusedHost(host: string): OutboundError {
  return refused(`${host} is not an address on the public internet.`)
}

function refused(message: string): OutboundError {
  return new OutboundError('refused', message)
}
