import { beforeEach, expect, test } from 'vitest'
import { forgetAgent, keepAgent, readKeptAgents } from './kept-agents'

const OWNER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const OTHER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const agent = { agentId: 'agt_1', name: 'Scout', token: 'bur_1', keptAt: '2026-01-01T00:00:00.000Z' }

let storage: Storage
beforeEach(() => {
  storage = memoryStorage()
})

test('a bearer is found by its owner in any case, and by nobody else', () => {
  keepAgent(storage, OWNER, agent)
  expect(readKeptAgents(storage, OWNER.toLowerCase())).toEqual([agent])
  expect(readKeptAgents(storage, OTHER)).toEqual([])
})

test('a new bearer of the same agent takes the place of the old one; another agent stands beside it', () => {
  keepAgent(storage, OWNER, agent)
  keepAgent(storage, OWNER, { ...agent, agentId: 'agt_2' })
  keepAgent(storage, OWNER, { ...agent, token: 'bur_2' })
  expect(readKeptAgents(storage, OWNER).map(({ agentId, token }) => [agentId, token])).toEqual([
    ['agt_1', 'bur_2'],
    ['agt_2', 'bur_1'],
  ])
})

test('forgetting leaves nothing of the agent behind', () => {
  keepAgent(storage, OWNER, agent)
  forgetAgent(storage, OWNER, 'agt_2')
  expect(readKeptAgents(storage, OWNER)).toHaveLength(1)
  forgetAgent(storage, OWNER, 'agt_1')
  expect(storage.length).toBe(0)
})

test('damaged text counts as none and can be written over', () => {
  keepAgent(storage, OWNER, agent)
  const name = storage.key(0) ?? ''
  for (const damaged of ['', '{', 'null', '[{"agentId":"agt_1"}]', '{"agentId":"agt_1"}', '[1,null,""]']) {
    storage.setItem(name, damaged)
    expect(readKeptAgents(storage, OWNER)).toEqual([])
  }
  keepAgent(storage, OWNER, agent)
  expect(readKeptAgents(storage, OWNER)).toEqual([agent])
})

function memoryStorage(): Storage {
  const entries = new Map<string, string>()
  return {
    get length() {
      return entries.size
    },
    clear: () => entries.clear(),
    getItem: (key) => entries.get(key) ?? null,
    key: (index) => [...entries.keys()][index] ?? null,
    removeItem: (key) => void entries.delete(key),
    setItem: (key, value) => void entries.set(key, value),
  }
}
