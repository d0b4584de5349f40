'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { forgetAgent, type KeptAgent, keepAgent, readKeptAgents } from './kept-agents'

const listeners = new Set<() => void>()
const notifyAll = () => {
  for (const notify of listeners) notify()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  // Other tabs of this browser.
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** The agents that this browser keeps for these addresses, and how to keep and forget one. Empty on the server. */
export function useKeptAgents(owners: readonly (string | undefined)[]) {
  const names = [...new Set(owners.flatMap((owner) => (owner ? [owner.toLowerCase()] : [])))].join(' ')
  // A string, because a snapshot has to be equal as long as nothing changed.
  const text = useSyncExternalStore(
    subscribe,
    () => JSON.stringify(keptFor(names)),
    () => '[]',
  )
  const agents = useMemo(() => JSON.parse(text) as KeptAgent[], [text])
  const forget = useCallback(
    (agentId: string) => {
      for (const owner of names.split(' ').filter(Boolean)) forgetAgent(window.localStorage, owner, agentId)
      notifyAll()
    },
    [names],
  )
  const keep = useCallback(
    (owner: string, agent: Omit<KeptAgent, 'keptAt'>) => {
      // A former bearer may be kept for another address of the same person.
      forget(agent.agentId)
      keepAgent(window.localStorage, owner, { ...agent, keptAt: new Date().toISOString() })
      notifyAll()
    },
    [forget],
  )
  return { agents, keep, forget }
}

function keptFor(names: string): KeptAgent[] {
  const seen = new Set<string>()
  return names
    .split(' ')
    .filter(Boolean)
    .flatMap((owner) => readKeptAgents(window.localStorage, owner))
    .toSorted((a, b) => (a.keptAt < b.keptAt ? 1 : -1))
    .filter(({ agentId }) => !seen.has(agentId) && seen.add(agentId))
}
