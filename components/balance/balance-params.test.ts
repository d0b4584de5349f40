import { expect, test } from 'vitest'
import { chosenAgent, entriesCsvHref, topUpHref } from './balance-params'

test('the agent of the address is chosen; without one, or with an unknown one, the first', () => {
  const agents = [{ agentId: 'a' }, { agentId: 'b' }]
  expect(chosenAgent(agents, 'b')).toEqual({ agentId: 'b' })
  expect(chosenAgent(agents, null)).toEqual({ agentId: 'a' })
  expect(chosenAgent(agents, 'c')).toEqual({ agentId: 'a' })
  expect(chosenAgent([], 'a')).toBeUndefined()
})

test('links carry the agent, escaped', () => {
  expect(topUpHref('agt_1')).toBe('/connect?action=topup&agent=agt_1')
  expect(entriesCsvHref('w', 'a&b')).toBe('/api/v1/balance/entries.csv?workspaceId=w&agentId=a%26b')
})
