/** `0x1234…abcd`: the first six and the last four characters of an address or a hash. */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`
}
