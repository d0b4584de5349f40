import { getAddress, isAddress } from 'viem'

/** An EVM address in lower case: how addresses are stored and compared. Answers show them checksummed. */
export type StoredAddress = `0x${string}` & { readonly __form: 'stored' }

/** Any case in; a mixed-case address must pass its EIP-55 checksum. Null when it is not an address. */
export function parseAddress(text: string): StoredAddress | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return null
  const isOneCase =
    text.slice(2) === text.slice(2).toLowerCase() || text.slice(2) === text.slice(2).toUpperCase()
  if (!isOneCase && !isAddress(text)) return null
  return text.toLowerCase() as StoredAddress
}

/** For addresses the program itself made or read from the database or the chain. */
export function storedAddress(address: string): StoredAddress {
  return address.toLowerCase() as StoredAddress
}

export function checksummed(address: string): `0x${string}` {
  return getAddress(address)
}
