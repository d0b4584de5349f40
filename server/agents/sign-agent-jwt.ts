import { SignJWT } from 'jose'
import { env } from '@/server/core/env'
import { getSigner, JWT_ALGORITHM, JWT_SECONDS } from './jwt-keys'

/** Who signs: the console's first origin. */
export function jwtIssuer(): string {
  return env().APP_ORIGINS[0] ?? 'bursar'
}

/** A JWT of 15 minutes. `tid` binds it to the token that it was made from, so that it dies with it. */
export async function signAgentJwt({
  agentId,
  tokenId,
}: {
  agentId: string
  tokenId: string
}): Promise<string> {
  const { kid, key } = await getSigner()
  return new SignJWT({ agent_id: agentId, tid: tokenId })
    .setProtectedHeader({ alg: JWT_ALGORITHM, typ: 'JWT', kid })
    .setIssuer(jwtIssuer())
    .setIssuedAt()
    .setExpirationTime(`${JWT_SECONDS}s`)
    .sign(key)
}
