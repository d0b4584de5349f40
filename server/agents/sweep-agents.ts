import { deleteForgottenAgents } from './sweep-repository'

/** Removes agents that registered by name and that nobody linked within 30 days. Answers how many. */
export function sweepForgottenAgents(): Promise<number> {
  return deleteForgottenAgents({ afterDays: 30, atMost: 1_000 })
}
