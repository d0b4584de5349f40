import { env } from '@/server/core/env'

/** The page where a signed-in person links the agent to a workspace, and goes on to the mandate when one waits. */
export function authorizationUrl(agentId: string, { mandateId }: { mandateId?: string } = {}): string {
  const goesOn = mandateId === undefined ? '' : `?mandate=${mandateId}`
  return `${env().APP_ORIGINS[0] ?? ''}/agents/link/${agentId}${goesOn}`
}
