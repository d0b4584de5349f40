import { normalize } from 'viem/ens'

const MAX_LENGTH = 64

/** Only what a name service would register: no hidden, reversed or look-alike characters beside an address of money. */
export function isShowableName(name: string): boolean {
  if (name.length > MAX_LENGTH) return false
  try {
    return normalize(name) === name
  } catch {
    return false
  }
}
