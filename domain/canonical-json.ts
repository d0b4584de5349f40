/**
 * RFC 8785: one spelling for a value that came out of `JSON.parse`, so that two documents that say the same are the same
 * bytes. ECMAScript's own spelling of strings and numbers is the one that the RFC prescribes. Throws `TypeError` for what
 * JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => `${textOf(key)}:${canonicalJson(member)}`)
    return `{${members.join(',')}}`
  }
  if (typeof value === 'string') return textOf(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  throw new TypeError(`JSON holds no ${typeof value} like this`)
}

function textOf(text: string): string {
  if (/\p{Cs}/u.test(text)) throw new TypeError('JSON holds whole characters only')
  return JSON.stringify(text)
}
