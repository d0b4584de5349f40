import ipaddr from 'ipaddr.js'

// Addresses of clouds' own services that lie in ranges which are public elsewhere.
const METADATA = new Set(['168.63.129.16'])
/** All of IPv6 that is assigned to the public internet; IPv4 inside IPv6 lies outside of it or has a range of its own. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/** Whether an IP address is on the public internet: not private, loopback, link-local, shared, multicast, reserved or IPv4 in disguise. */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address)
  if (parsed?.range() !== 'unicast') return false
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_UNICAST)
  return !METADATA.has(parsed.toString())
}

/** Whether an IP address is of this machine: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(address: string): boolean {
  return parse(address)?.range() === 'loopback'
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address)
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address) : null
}
