import { readJwtKeys, retireKeysBefore } from './jwt-key-repository'
import { makeJwtKey, PUBLISHED_FIRST_SECONDS } from './jwt-keys'

const KEY_SECONDS = 30 * 86_400

/**
 * Makes a new key when the newest is 30 days old, and retires the former ones once the new one signs. Retired keys stay in
 * the JWKS until their last JWT has expired.
 */
export async function rotateJwtKeys(): Promise<void> {
  const [newest] = await readJwtKeys({ retiredForSeconds: 0 })
  if (!newest) return
  if (newest.ageSeconds >= KEY_SECONDS) await makeJwtKey()
  // By then every process signs with the newest: it was published long enough, and each reads the keys once a minute.
  else if (newest.ageSeconds >= PUBLISHED_FIRST_SECONDS + 120) await retireKeysBefore(newest.kid)
}
