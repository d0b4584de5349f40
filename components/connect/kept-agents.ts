/** An agent whose bearer this browser keeps. */
export type KeptAgent = { agentId: string; name: string; token: string; keptAt: string }

// Storage belongs to one origin already; the address keeps people who share a browser apart.
const nameOf = (address: string) => `bursar.agents.v1.${address.toLowerCase()}`

/** The agents kept for an address, newest first. What is damaged counts as none. */
export function readKeptAgents(storage: Storage, address: string): KeptAgent[] {
  const text = storage.getItem(nameOf(address))
  if (text === null) return []
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.filter(isKeptAgent) : []
  } catch {
    return []
  }
}

/** Keeps an agent's bearer, in place of a former one of the same agent. */
export function keepAgent(storage: Storage, address: string, agent: KeptAgent): void {
  const others = readKeptAgents(storage, address).filter(({ agentId }) => agentId !== agent.agentId)
  storage.setItem(nameOf(address), JSON.stringify([agent, ...others]))
}

/** Takes an agent's bearer out of this browser; the agent itself lives on. */
export function forgetAgent(storage: Storage, address: string, agentId: string): void {
  const rest = readKeptAgents(storage, address).filter((kept) => kept.agentId !== agentId)
  if (rest.length === 0) storage.removeItem(nameOf(address))
  else storage.setItem(nameOf(address), JSON.stringify(rest))
}

function isKeptAgent(value: unknown): value is KeptAgent {
  if (typeof value !== 'object' || value === null) return false
  const { agentId, name, token, keptAt } = value as Record<string, unknown>
  return [agentId, name, token, keptAt].every((field) => typeof field === 'string' && field !== '')
}
