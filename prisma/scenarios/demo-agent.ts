import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createPublicClient, createWalletClient, http, parseEther } from 'viem'
import { foundry } from 'viem/chains'
import { usdcAbi } from '../../domain/abi/usdc'
import { localAdminAddress, localAgentAddress } from '../../domain/local-accounts'

type DemoAgent = {
  databaseUrl: string
  rpcUrl: string
  usdcAddress: `0x${string}`
  receiveAddress: `0x${string}`
}

const NAME = 'Research agent'
const WALLET_FUNDS = 100_000_000n
const PREPAID = 25_000_000n

/**
 * An agent of the demo workspace whose own wallet has prepaid 25 USDC by a plain transfer: the worker credits it like any
 * other, six blocks later. Its token is made in the console. Returns whether anything was made.
 */
export async function seedDemoAgent(demo: DemoAgent): Promise<boolean> {
  const transport = http(demo.rpcUrl)
  const wallet = createWalletClient({ account: localAgentAddress, chain: foundry, transport })
  const agentId = `agt_${randomBytes(16).toString('hex')}`
  const message = `USDC from this wallet can be credited to ${NAME} (${agentId}).`
  const signature = await wallet.signMessage({ message })
  if (!(await insertAgent(demo.databaseUrl, { agentId, message, signature }))) return false
  const reader = createPublicClient({ chain: foundry, transport, pollingInterval: 100 })
  const admin = createWalletClient({ account: localAdminAddress, chain: foundry, transport })
  const usdc = { address: demo.usdcAddress, abi: usdcAbi } as const
  await admin.sendTransaction({ to: localAgentAddress, value: parseEther('1') })
  const hash = await admin.writeContract({
    ...usdc,
    functionName: 'mint',
    args: [localAgentAddress, WALLET_FUNDS],
  })
  await reader.waitForTransactionReceipt({ hash })
  await wallet.writeContract({ ...usdc, functionName: 'transfer', args: [demo.receiveAddress, PREPAID] })
  return true
}

type NewAgent = { agentId: string; message: string; signature: string }

async function insertAgent(databaseUrl: string, { agentId, message, signature }: NewAgent): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query(
      `with demo as (
         select id, created_by from workspaces w where slug = 'demo' and deleted_at is null
           and not exists (select 1 from agents a where a.workspace_id = w.id)
       ), agent as (
         insert into agents (id, workspace_id, name, origin, created_by, linked_at, linked_by, low_balance_threshold)
         select $1, id, $2, 'console', created_by, now(), created_by, 5000000 from demo returning id, workspace_id
       ), wallet as (
         insert into linked_wallets (address, workspace_id) select $3, workspace_id from agent
         on conflict do nothing returning address
       )
       insert into agent_wallets (agent_id, address, workspace_id, message, signature)
       select agent.id, wallet.address, agent.workspace_id, $4, $5 from agent, wallet`,
      [agentId, NAME, localAgentAddress.toLowerCase(), message, signature],
    )
    return rowCount === 1
  } finally {
    await client.end()
  }
}
