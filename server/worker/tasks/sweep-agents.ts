import type { Task } from 'graphile-worker'
import { sweepForgottenAgents } from '@/server/agents'

/** Removes agents that registered by name and were never linked. */
export const sweepAgentsTask: Task = async (_payload, helpers) => {
  helpers.logger.info(`removed ${await sweepForgottenAgents()} agents that nobody linked`)
}
