import { hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { env } from './env'

/** What is sealed for, which derives its key; two purposes never open each other's. */
type SealingPurpose = 'agent jwt keys' | 'priced api secret headers' | 'webhook secrets'

type Sealing = {
  purpose: SealingPurpose
  /** The row it is sealed for, in the clear: moved to another row it does not open. */
  owner?: string
}

/** Seals a text for the database with a key derived from SESSION_SECRET (JWE, A256GCM). */
export function seal(text: string, { purpose, owner }: Sealing): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...(owner === undefined ? {} : { kid: owner }) })
    .encrypt(keyOf(purpose))
}

/** The sealed text, or null when it was sealed under a former SESSION_SECRET, for another purpose or another owner. */
export async function unseal(sealed: string, { purpose, owner }: Sealing): Promise<string | null> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, keyOf(purpose))
    return protectedHeader.kid === owner ? new TextDecoder().decode(plaintext) : null
  } catch {
    return null
  }
}

function keyOf(purpose: SealingPurpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', env().SESSION_SECRET, 'bursar', purpose, 32))
}
