import { env } from '@/server/core/env'

/** The page where a signed-in person links the agent to a workspace. */
export function authorizationUrl(agentId: string): string {
  return `${env().APP_ORIGINS[0] ?? ''}/agents/link/${agentId}`
}
