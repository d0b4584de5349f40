import { errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { agentIdSchema } from '@/domain/agent'
import { findVerifyingKey, JWT_ALGORITHM, JWT_SECONDS } from './jwt-keys'
import { jwtIssuer } from './sign-agent-jwt'

// Ours have about 400 characters.
const PATTERN = /^[A-Za-z0-9_-]{10,300}\.[A-Za-z0-9_-]{10,600}\.[A-Za-z0-9_-]{10,200}$/
// Two machines' clocks may differ by this much.
const CLOCK_SKEW_SECONDS = 5
const claims = z.object({ agent_id: agentIdSchema, tid: z.uuid() })

export function isJwt(text: string): boolean {
  return PATTERN.test(text)
}

/** The agent and token that a JWT of ours names, or null: wrong algorithm, key, issuer or time (RFC 7519, RFC 8725). */
export async function verifyAgentJwt(jwt: string): Promise<{ agentId: string; tokenId: string } | null> {
  try {
    const { payload } = await jwtVerify(
      jwt,
      async ({ kid }) => {
        const key = kid === undefined ? null : await findVerifyingKey(kid)
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: [JWT_ALGORITHM],
        typ: 'JWT',
        issuer: jwtIssuer(),
        maxTokenAge: JWT_SECONDS,
        clockTolerance: CLOCK_SKEW_SECONDS,
        requiredClaims: ['agent_id', 'tid', 'iat', 'exp'],
      },
    )
    const { data } = claims.safeParse(payload)
    return data ? { agentId: data.agent_id, tokenId: data.tid } : null
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}
