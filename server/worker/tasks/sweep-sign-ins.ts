import type { Task } from 'graphile-worker'
import { deleteEndedSessions, deleteExpiredNonces } from '../sweep-repository'

/** Removes sign-in nonces and sessions that are of no use any more. */
export const sweepSignInsTask: Task = async (_payload, helpers) => {
  const [nonces, sessions] = [await deleteExpiredNonces(), await deleteEndedSessions()]
  helpers.logger.info(`removed ${nonces} nonces and ${sessions} sessions`)
}
