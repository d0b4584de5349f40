import {
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  multicall3Abi,
  parseAbiItem,
} from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { MULTICALL3_ADDRESS } from '@/domain/networks'
import { env } from '@/server/core/env'
import { isRevert, revertReason } from './revert-reason'
import { rpc } from './rpc'

const AUTHORIZATION_USED = parseAbiItem(
  'event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)',
)
const AUTHORIZATION_CANCELED = parseAbiItem(
  'event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce)',
)
const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

/** Every provider answers so many blocks at once for one address and one topic. */
const SEARCH_STEP_BLOCKS = 2_000n
/** Blocks are searched from before the authorization can have been known; clocks may differ by this much. */
const SEARCH_MARGIN_SECONDS = 3_600n

/** Asked side by side; more only queue at the node. */
const AT_ONCE = 16

export type TreasuryOnChain = {
  /** USDC in atomic units. */
  held: bigint
  isPaused: boolean
  isSenderBlocked: boolean
  isRecipientBlocked: boolean
}

/** What decides whether USDC would move from one address to another, at one block at the head. */
export async function readTransferConditions({
  from,
  to,
}: {
  from: Address
  to: Address
}): Promise<TreasuryOnChain> {
  const usdc = { address: env().USDC_ADDRESS, abi: usdcAbi } as const
  const [held, isPaused, isSenderBlocked, isRecipientBlocked] = await rpc().any.multicall({
    allowFailure: false,
    multicallAddress: MULTICALL3_ADDRESS,
    batchSize: 0,
    contracts: [
      { ...usdc, functionName: 'balanceOf', args: [from] },
      { ...usdc, functionName: 'paused' },
      { ...usdc, functionName: 'isBlacklisted', args: [from] },
      { ...usdc, functionName: 'isBlacklisted', args: [to] },
    ],
  })
  return { held, isPaused, isSenderBlocked, isRecipientBlocked }
}

type AuthorizationAtFinal = { number: bigint; timestamp: bigint; isUsed: boolean }

/**
 * Whether an authorization is used at the final block, and that block's time. State and time are of one block, named by its hash:
 * two nodes, one of them late, could otherwise make a live authorization look dead.
 */
export async function readAuthorizationAtFinal({
  authorizer,
  nonce,
}: {
  authorizer: Address
  nonce: Hex
}): Promise<AuthorizationAtFinal> {
  const client = rpc().any
  const { number, hash, timestamp } = await client.getBlock({ blockTag: 'finalized' })
  const isUsed = await client.readContract({
    address: env().USDC_ADDRESS,
    abi: usdcAbi,
    functionName: 'authorizationState',
    args: [authorizer, nonce],
    blockHash: hash,
  })
  return { number, timestamp, isUsed }
}

export type TransferAuthorizationArgs = {
  from: Address
  to: Address
  value: bigint
  validAfter: bigint
  validBefore: bigint
  nonce: Hex
  signature: Hex
}

/** Runs a transfer by authorization at the head without sending it; a revert is answered with its reason. */
export async function simulateAuthorizedTransfer(args: TransferAuthorizationArgs): Promise<Simulated> {
  try {
    await rpc().any.simulateContract({
      address: env().USDC_ADDRESS,
      abi: usdcAbi,
      functionName: 'transferWithAuthorization',
      args: [args.from, args.to, args.value, args.validAfter, args.validBefore, args.nonce, args.signature],
    })
    return { ok: true }
  } catch (error) {
    // An endpoint that does not answer says nothing about the call.
    if (!isRevert(error)) throw error
    return { ok: false, reason: revertReason(error) }
  }
}

type Simulated = { ok: true } | { ok: false; reason: string }

/**
 * The same for many in one call, one after the other as a batch would run them within `gas`. What is refused there is asked for alone,
 * for its reason; null when it would succeed alone and only stands behind others of its wallet.
 */
export async function simulateAuthorizedTransfers(
  transfers: readonly TransferAuthorizationArgs[],
  { gas }: { gas: bigint },
): Promise<(Simulated | null)[]> {
  const [first, ...rest] = transfers
  if (!first) return []
  if (rest.length === 0) return [await simulateAuthorizedTransfer(first)]
  const aggregate = { abi: multicall3Abi, functionName: 'aggregate3' } as const
  const data = encodeFunctionData({ ...aggregate, args: [transfers.map(callOf)] })
  const { data: answer = '0x' } = await rpc().any.call({ to: MULTICALL3_ADDRESS, data, gas })
  const answers = decodeFunctionResult({ ...aggregate, data: answer })
  const results: (Simulated | null)[] = answers.map(({ success }) => (success ? { ok: true } : null))
  const refused = [...transfers.entries()].filter(([index]) => !answers[index]?.success)
  for (let start = 0; start < refused.length; start += AT_ONCE) {
    await Promise.all(
      refused.slice(start, start + AT_ONCE).map(async ([index, transfer]) => {
        const alone = await simulateAuthorizedTransfer(transfer)
        results[index] = alone.ok ? null : alone
      }),
    )
  }
  return results
}

function callOf({ from, to, value, validAfter, validBefore, nonce, signature }: TransferAuthorizationArgs) {
  const callData = encodeFunctionData({
    abi: usdcAbi,
    functionName: 'transferWithAuthorization',
    args: [from, to, value, validAfter, validBefore, nonce, signature],
  })
  return { target: env().USDC_ADDRESS, allowFailure: true, callData }
}

export type AuthorizedTransfer =
  | { kind: 'found'; txHash: Hex; blockNumber: bigint; head: bigint }
  | { kind: 'cancelled'; blockNumber: bigint }
  | { kind: 'missing' }

/** What an endpoint shows in a block. */
export type SeenTransfer = Exclude<AuthorizedTransfer, { kind: 'missing' }>

/**
 * Finds what became of a used authorization by USDC's own logs, newest blocks first: the transfer that stands directly behind
 * its `AuthorizationUsed`, by whichever transaction, or a cancellation. `missing` when the endpoint does not show it (yet).
 */
export async function findAuthorizedTransfer({
  from,
  to,
  amount,
  nonce,
  since,
}: {
  from: Address
  to: Address
  amount: bigint
  nonce: Hex
  /** Nobody can have known the authorization before. */
  since: Date
}): Promise<AuthorizedTransfer> {
  const client = rpc().any
  const head = await client.getBlock({ blockTag: 'latest' })
  const ageSeconds = head.timestamp - BigInt(Math.floor(since.getTime() / 1000)) + SEARCH_MARGIN_SECONDS
  // No chain of ours makes more than one block a second.
  const oldest = max(0n, head.number - max(ageSeconds, SEARCH_STEP_BLOCKS))
  for (let toBlock = head.number; toBlock >= oldest; toBlock -= SEARCH_STEP_BLOCKS) {
    const range = {
      address: env().USDC_ADDRESS,
      fromBlock: max(oldest, toBlock - SEARCH_STEP_BLOCKS + 1n),
      toBlock,
      args: { authorizer: from, nonce },
    } as const
    const [used] = await client.getLogs({ ...range, event: AUTHORIZATION_USED })
    if (used) {
      const isPaid = await isFollowedByTransfer({ used, from, to, amount })
      return isPaid
        ? { kind: 'found', txHash: used.transactionHash, blockNumber: used.blockNumber, head: head.number }
        : { kind: 'missing' }
    }
    const [cancelled] = await client.getLogs({ ...range, event: AUTHORIZATION_CANCELED })
    if (cancelled) return { kind: 'cancelled', blockNumber: cancelled.blockNumber }
  }
  return { kind: 'missing' }
}

type Used = { blockHash: Hex; transactionHash: Hex; logIndex: number }

/** USDC emits `AuthorizationUsed` and then, directly behind it, the transfer of that very authorization. */
async function isFollowedByTransfer({
  used,
  from,
  to,
  amount,
}: {
  used: Used
  from: Address
  to: Address
  amount: bigint
}): Promise<boolean> {
  const transfers = await rpc().any.getLogs({
    address: env().USDC_ADDRESS,
    blockHash: used.blockHash,
    event: TRANSFER,
    args: { from, to },
  })
  return transfers.some(
    (log) =>
      log.transactionHash === used.transactionHash &&
      log.logIndex === used.logIndex + 1 &&
      log.args.value === amount,
  )
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
