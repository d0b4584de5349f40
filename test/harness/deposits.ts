// What a test of prepaid deposits needs: an agent with a funded wallet, claims through the public door, and the ledger's sums.
import { type Address, encodeFunctionData, erc20Abi, type Hex, type PrivateKeyAccount } from 'viem'
import { type StoredAddress, storedAddress } from '@/domain/address'
import type { ClaimView } from '@/domain/deposits'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { advanceDeposits, createDepositReader } from '@/server/deposits'
import { openChain } from './chain'
import { createTestAgent, createTestWorkspace, randomAddress, type TestAgent } from './factories'
import { newAccount, rest } from './people'

export type Payer = TestAgent & { wallet: StoredAddress }

export function receiveAddress(): Address {
  return storedAddress(env().RECEIVE_ADDRESS ?? '')
}

/** An agent of a workspace of its own with one linked wallet that holds ETH and USDC. */
export async function createPayer({
  usdc = 1_000_000_000n,
  wallet = randomAddress(),
}: {
  usdc?: bigint
  wallet?: StoredAddress
} = {}): Promise<Payer> {
  const workspace = await createTestWorkspace()
  const agent = await createTestAgent({ workspaceId: workspace.id, wallets: [wallet] })
  await openChain().fund(wallet, usdc)
  return { ...agent, wallet }
}

/** The worker's round over deposits: reads new blocks, then credits or takes back what is due. */
export function createDepositRound(): () => Promise<void> {
  const reader = createDepositReader()
  return async () => {
    await reader.step(AbortSignal.timeout(30_000))
    await advanceDeposits()
  }
}

/** A transfer to the receive address with `confirmations`. */
export async function sendDeposit(from: Address, amount: bigint, confirmations = 6): Promise<Hex> {
  const { transactionHash } = await openChain().transfer(from, receiveAddress(), amount)
  if (confirmations > 1) await openChain().mine(confirmations - 1)
  return transactionHash
}

export function claim(
  { headers }: Pick<TestAgent, 'headers'>,
  txHash: string,
  chainId = 31_337,
): Promise<Response> {
  return rest('POST', '/api/v1/balance/deposit/claim', {
    origin: null,
    headers,
    body: { tx_hash: txHash, chain_id: chainId },
  })
}

export async function claimed(agent: Pick<TestAgent, 'headers'>, txHash: string): Promise<ClaimView> {
  const response = await claim(agent, txHash)
  if (response.status !== 200)
    throw new Error(`the claim answered ${response.status} ${await response.text()}`)
  return (await response.json()) as ClaimView
}

export async function balanceOf(agentId: string): Promise<bigint> {
  return readBalance('agent_balance', agentId)
}

export async function owedBy(agentId: string): Promise<bigint> {
  return readBalance('owed', agentId)
}

async function readBalance(kind: string, owner: string): Promise<bigint> {
  const { rows } = await pool().query<{ balance: bigint }>(
    'select balance from ledger_accounts where kind = $1::ledger_account_kind and owner = $2',
    [kind, owner],
  )
  return rows[0]?.balance ?? 0n
}

/** How often deposits of a transaction were credited and taken back, as the ledger has it. */
export async function countTransfers(txHash: string): Promise<{ deposits: number; reversals: number }> {
  const { rows } = await pool().query<{ deposits: bigint; reversals: bigint }>(
    `select count(*) filter (where t.kind = 'deposit') as deposits,
            count(distinct regexp_replace(t.cause, ':debt$', '')) filter (where t.kind in ('deposit_reversal', 'debt')) as reversals
       from ledger_transfers t where t.reference = $1`,
    [txHash],
  )
  return { deposits: Number(rows[0]?.deposits ?? 0n), reversals: Number(rows[0]?.reversals ?? 0n) }
}

type StoredDeposit = {
  id: string
  status: string
  agentId: string | null
  claimedBy: string | null
  amount: bigint
  blockNumber: bigint | null
  creditCount: number
}

export async function depositsOf(txHash: string): Promise<StoredDeposit[]> {
  const { rows } = await pool().query<StoredDeposit>(
    `select id, status, agent_id as "agentId", claimed_by as "claimedBy", amount, block_number as "blockNumber",
            credit_count as "creditCount" from deposits where tx_hash = $1 order by position`,
    [txHash],
  )
  return rows
}

export type Signed = { payer: Payer; account: PrivateKeyAccount; raw: Hex }

/** A payer with a key, old enough that no reorganisation of a test reaches its funding, and a signed transfer of 5 USDC. */
export async function signTransfer(): Promise<Signed> {
  const account = newAccount()
  const payer = await createPayer({ wallet: storedAddress(account.address) })
  await openChain().mine(20)
  const raw = await account.signTransaction({
    chainId: 31_337,
    type: 'eip1559',
    to: env().USDC_ADDRESS,
    data: encodeFunctionData({
      abi: erc20Abi,
      functionName: 'transfer',
      args: [receiveAddress(), 5_000_000n],
    }),
    nonce: 0,
    gas: 200_000n,
    maxFeePerGas: 100_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
  })
  return { payer, account, raw }
}

/** Sends signed bytes, again after a reorganisation dropped them. Mined at once. */
export function include(raw: Hex): Promise<Hex> {
  return openChain().client.sendRawTransaction({ serializedTransaction: raw })
}

/** The subjects of open alarms of a kind. */
export async function openAlarms(kind: string): Promise<string[]> {
  const { rows } = await pool().query<{ subject: string }>(
    'select subject from alarms where kind = $1 and resolved_at is null',
    [kind],
  )
  return rows.map(({ subject }) => subject)
}
