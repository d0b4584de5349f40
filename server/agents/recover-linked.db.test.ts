import { expect, test } from 'vitest'
import { storedAddress } from '@/domain/address'
import { walletRegisteredView } from '@/domain/agent-api'
import { askMessage, registerByWallet, sendRegistration } from '@/test/harness/agent-wallets'
import { createTestAgent, createTestWorkspace, linkTestWallet } from '@/test/harness/factories'
import { newAccount } from '@/test/harness/people'

test('an agent that was made in the console is recovered by the wallet of its workspace that is linked to it', async () => {
  const account = newAccount()
  const workspace = await createTestWorkspace({ walletAddress: storedAddress(account.address) })
  const agent = await createTestAgent({ workspaceId: workspace.id, wallets: [account.address] })
  const recovered = await registerByWallet(account, 200)
  expect(recovered.agent_id).toBe(agent.agentId)
  expect(recovered.bearer).not.toBe(agent.token)
})

test('of several the one that the wallet registered comes first, then the oldest that it is linked to', async () => {
  const account = newAccount()
  const workspace = await createTestWorkspace({ walletAddress: storedAddress(account.address) })
  const oldest = await createTestAgent({ workspaceId: workspace.id, wallets: [account.address] })
  await createTestAgent({ workspaceId: workspace.id, wallets: [account.address] })
  expect((await registerByWallet(account, 200)).agent_id).toBe(oldest.agentId)

  const other = newAccount()
  const registered = await registerByWallet(other)
  const { workspace_id: workspaceId } = registered
  const linked = await createTestAgent({ workspaceId })
  await linkTestWallet({ agentId: linked.agentId, workspaceId, wallet: other.address })
  expect((await registerByWallet(other, 200)).agent_id).toBe(registered.agent_id)
})

test("a wallet that only pays for another workspace's agent cannot take it over", async () => {
  const payer = newAccount()
  const workspace = await createTestWorkspace()
  await createTestAgent({ workspaceId: workspace.id, wallets: [payer.address] })
  const message = await askMessage(payer.address)
  const response = await sendRegistration(message, await payer.signMessage({ message }))
  expect(response.status).toBe(409)
  expect(walletRegisteredView.safeParse(await response.json()).success).toBe(false)
})
