import { hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { env } from '@/server/core/env'

type Sealing = { apiId: string; value: string }

/** Seals the value of an upstream's secret header for one API: moved to another row it does not open. */
export function sealHeaderValue({ apiId, value }: Sealing): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(value))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: apiId })
    .encrypt(sealingKey())
}

/** The sealed value, or null when it was sealed under another SESSION_SECRET or for another API. */
export async function unsealHeaderValue({
  apiId,
  sealed,
}: {
  apiId: string
  sealed: string
}): Promise<string | null> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, sealingKey())
    return protectedHeader.kid === apiId ? new TextDecoder().decode(plaintext) : null
  } catch {
    return null
  }
}

function sealingKey(): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', env().SESSION_SECRET, 'bursar', 'priced api secret headers', 32))
}
