// Payouts that were really paid on the test's chain, without a worker, for tests of who looks at them afterwards.
import { randomBytes } from 'node:crypto'
import type { Hex } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { findManagedWallet, signerOf } from '@/server/managed-wallets'
import { type openChain, testAddress } from './chain'
import { createTestMandate, createTestWorkspace } from './factories'
import { type BooksAgent, createBooksAgent, createPayouts, movePayout } from './payout-books'

export const AMOUNT = 5_000_000n

export type BooksScene = {
  workspaceId: string
  agent: BooksAgent
  mandateId: string
  wallet: StoredAddress
}

/** A workspace whose managed wallet holds USDC, with an agent and its mandate. */
export async function openBooksScene(
  chain: ReturnType<typeof openChain>,
  held = 20n * AMOUNT,
): Promise<BooksScene> {
  const { id: workspaceId } = await createTestWorkspace()
  const agent = await createBooksAgent({ workspaceId })
  const mandateId = await createTestMandate(agent)
  const { rows } = await pool().query<{ address: StoredAddress }>(
    'select address from managed_wallets where workspace_id = $1',
    [workspaceId],
  )
  const wallet = rows[0]?.address
  if (!wallet) throw new Error('the workspace has no managed wallet')
  await chain.fund(wallet, held)
  return { workspaceId, agent, mandateId, wallet }
}

let counter = 0

export type BooksPayout = { id: string; payoutId: string; to: StoredAddress }

/** A payout that its mandate has authorized, or that waits for a person. */
export async function authorizePayout(
  { agent, mandateId }: BooksScene,
  { isAsked = false, bizId = null }: { isAsked?: boolean; bizId?: string | null } = {},
): Promise<BooksPayout> {
  counter += 1
  const [payoutId, to] = [`po_${counter}`, testAddress(10_000 + counter)]
  const request = {
    payoutId,
    to,
    bizId,
    mandateId: isAsked ? null : mandateId,
    amount: AMOUNT,
    isAsking: false,
  }
  const [answer] = await createPayouts(agent, [request])
  if (answer?.outcome !== 'created') throw new Error(`the payout was not created: ${answer?.outcome}`)
  const { rows } = await pool().query<{ id: string }>(
    'select id from payouts where payout_id = $1 and agent_id = $2',
    [payoutId, agent.agentId],
  )
  return { id: rows[0]?.id ?? '', payoutId, to }
}

export type SignedTransfer = {
  from: `0x${string}`
  to: `0x${string}`
  value: bigint
  validBefore: bigint
  nonce: Hex
  signature: Hex
}

/** An authorization of a managed wallet. */
export async function signTransfer(
  from: StoredAddress,
  to: StoredAddress,
  value = AMOUNT,
  nonce: Hex = `0x${randomBytes(32).toString('hex')}`,
): Promise<SignedTransfer> {
  const wallet = await findManagedWallet({ chainId: 31337, address: from })
  if (!wallet) throw new Error('no such managed wallet')
  const validBefore = 4_000_000_000n
  const typedData = buildTransferAuthorization({
    ...{ chainId: 31337, usdcAddress: checksummed(env().USDC_ADDRESS), usdcDomainName: 'USD Coin' },
    ...{ from: checksummed(from), to: checksummed(to), value, validAfter: 0n, validBefore, nonce },
  })
  return { from, to, value, validBefore, nonce, signature: await signerOf(wallet).signTypedData(typedData) }
}

/** Takes an authorized payout to `broadcasting` with a real signature. */
export async function signPayout({ wallet }: BooksScene, { id, to }: BooksPayout): Promise<SignedTransfer> {
  const signed = await signTransfer(wallet, to)
  const { nonce, validBefore, signature } = signed
  await movePayout({ id, from: ['authorized'], to: 'signing' })
  const changes = { nonce, validBefore: validBefore.toString(), signature }
  await movePayout({ id, from: ['signing'], to: 'signed', changes })
  await movePayout({ id, from: ['signed'], to: 'broadcasting' })
  return signed
}

/** Pays it on chain and records it as the worker would. */
export async function payPayout(chain: ReturnType<typeof openChain>, scene: BooksScene, payout: BooksPayout) {
  const signed = await signPayout(scene, payout)
  const receipt = await chain.sendAuthorization(scene.wallet, signed)
  const changes = { txHash: receipt.transactionHash, blockNumber: receipt.blockNumber.toString() }
  await movePayout({ id: payout.id, from: ['broadcasting'], to: 'succeeded', changes })
  await movePayout({ id: payout.id, from: ['succeeded'], to: 'confirmed' })
  return receipt
}
