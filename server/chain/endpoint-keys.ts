/** Shorter parts of a URL, such as `v2` or `base-mainnet`, are no keys. */
const SHORTEST_KEY = 16

const known = new Set<string>()

/**
 * An endpoint for viem, which writes URLs into its errors: `shown` has no path and no parameters, where providers put keys (viem itself
 * leaves user and password out), and `call` asks the whole URL. What could be a key is left out of texts from then on, too.
 */
export function hideKeys(url: string): {
  shown: string
  call: (input: unknown, init?: RequestInit) => Promise<Response>
} {
  const whole = new URL(url)
  const shown = new URL(url)
  for (const part of [...whole.pathname.split('/'), ...whole.searchParams.values(), whole.password]) {
    if (part.length >= SHORTEST_KEY) known.add(part)
  }
  whole.username = ''
  whole.password = ''
  shown.pathname = ''
  shown.search = ''
  return { shown: shown.href, call: (_, init) => fetch(whole, init) }
}

/** A node's text without URLs, and without the keys of our endpoints, which some nodes repeat. */
export function withoutKeys(text: string): string {
  let rest = text.replace(/\b(?:https?|wss?):\/\/\S+/gi, '<url>')
  for (const key of known) rest = rest.replaceAll(key, '<key>')
  return rest
}
