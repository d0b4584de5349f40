import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { seal, unseal } from '@/server/core/sealing'
import { insertJwtKey, type JwtKeyRow, readJwtKeys } from './jwt-key-repository'

export const JWT_ALGORITHM = 'ES256'
const SEALING = { purpose: 'agent jwt keys' } as const
export const JWT_SECONDS = 15 * 60
// The last JWT of a retired key, and the minute for which a process believes what it read.
const VERIFIES_FOR_SECONDS = JWT_SECONDS + 120
/** Clients keep the JWKS for five to ten minutes, so a new key is published for that long before it signs. */
export const PUBLISHED_FIRST_SECONDS = 10 * 60
const REREAD_MILLISECONDS = 60_000
// A kid that nobody knows makes the keys be read again, at most this often.
const MISSING_MILLISECONDS = 2_000

type Keys = {
  readAt: number
  rows: JwtKeyRow[]
  byKid: Map<string, CryptoKey>
  signer: Promise<Signer> | null
}
export type Signer = { kid: string; key: CryptoKey }

let cached: Promise<Keys> | undefined

/** The public keys as RFC 7517 has them. */
export async function getJwks(): Promise<{ keys: JWK[] }> {
  const { rows } = await currentKeys()
  return { keys: rows.map(({ publicJwk }) => publicJwk) }
}

/** The public key of a kid, or null. */
export async function findVerifyingKey(kid: string): Promise<CryptoKey | null> {
  const keys = await currentKeys()
  const known = keys.byKid.get(kid)
  if (known || Date.now() - keys.readAt < MISSING_MILLISECONDS) return known ?? null
  return (await readAgain()).byKid.get(kid) ?? null
}

/** The key that signs now; the first one is made when there is none. */
export async function getSigner(): Promise<Signer> {
  const keys = await currentKeys()
  keys.signer ??= chooseSigner(keys.rows)
  try {
    return await keys.signer
  } catch (error) {
    cached = undefined
    throw error
  }
}

/** Makes and publishes a key. It signs at once only when there is no other. */
export async function makeJwtKey(): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(JWT_ALGORITHM, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  const publicJwk = { ...jwk, kid, alg: JWT_ALGORITHM, use: 'sig' }
  const sealedPrivateJwk = await seal(JSON.stringify(await exportJWK(privateKey)), SEALING)
  await insertJwtKey({ kid, algorithm: JWT_ALGORITHM, publicJwk, sealedPrivateJwk })
  cached = undefined
  return { kid, key: privateKey }
}

async function currentKeys(): Promise<Keys> {
  const keys = await cached
  return keys && Date.now() - keys.readAt < REREAD_MILLISECONDS ? keys : readAgain()
}

function readAgain(): Promise<Keys> {
  const reading = readKeys()
  cached = reading
  reading.catch(() => {
    if (cached === reading) cached = undefined
  })
  return reading
}

async function readKeys(): Promise<Keys> {
  const rows = await readJwtKeys({ retiredForSeconds: VERIFIES_FOR_SECONDS })
  const byKid = new Map<string, CryptoKey>()
  for (const { kid, publicJwk } of rows) byKid.set(kid, await importKey(publicJwk))
  return { readAt: Date.now(), rows, byKid, signer: null }
}

/** The newest key that clients have had time to read, else the oldest. One sealed under another secret cannot sign. */
async function chooseSigner(rows: JwtKeyRow[]): Promise<Signer> {
  const active = rows.filter(({ isActive }) => isActive)
  const published = active.filter(({ ageSeconds }) => ageSeconds >= PUBLISHED_FIRST_SECONDS)
  const young = active.filter((row) => !published.includes(row)).reverse()
  for (const { kid, sealedPrivateJwk } of [...published, ...young]) {
    // Sealed under a former SESSION_SECRET it still verifies, and signs nothing more.
    const jwk = await unseal(sealedPrivateJwk, SEALING)
    if (jwk) return { kid, key: await importKey(JSON.parse(jwk) as JWK) }
  }
  // Two processes that start at once may both make one: either serves, both stand in the JWKS.
  return makeJwtKey()
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, JWT_ALGORITHM)
  if (key instanceof Uint8Array) throw new Error('a JWT key must be asymmetric')
  return key
}
