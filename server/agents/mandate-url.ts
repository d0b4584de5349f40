import { env } from '@/server/core/env'

/** The page where a signed-in person reads and signs a mandate. */
export function mandateUrl(mandateId: string): string {
  return `${env().APP_ORIGINS[0] ?? ''}/mandate/${mandateId}`
}
