import type { Task } from 'graphile-worker'
import { rotateJwtKeys } from '@/server/agents'

/** Makes a new key for agents' JWTs every 30 days and retires the former ones. */
export const rotateJwtKeysTask: Task = async () => {
  await rotateJwtKeys()
}
