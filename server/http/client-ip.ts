import { isIPv6 } from 'node:net'
import { env } from '@/server/core/env'

/** What the listening socket knows and a `Request` does not say; the shape in which @hono/node-server hands it on. */
export type Connection = { incoming?: { socket: { remoteAddress?: string | undefined } } }

/**
 * The address that limits are counted by. `X-Forwarded-For` is believed only behind a proxy of ours (TRUST_PROXY), and
 * then its last entry, the one that proxy wrote. An IPv6 caller is its /64, because it can choose the rest freely.
 */
export function clientIp({ headers }: { headers: Headers }, { incoming }: Connection): string {
  const forwarded = env().TRUST_PROXY ? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  const address = (forwarded || incoming?.socket.remoteAddress || 'unknown')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .slice(0, 64)
  return isIPv6(address) ? `${networkOf(address)}/64` : address
}

function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
