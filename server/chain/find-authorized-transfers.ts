import { type Address, type Hex, pad, toEventSelector } from 'viem'
import { confirmationsOf } from '@/domain/networks'
import { env } from '@/server/core/env'
import type { AuthorizedTransfer, SeenTransfer } from './authorized-transfer'
import { type RpcClient, rpc } from './rpc'
import { askEach } from './second-endpoint'

const AUTHORIZATION_USED = toEventSelector('AuthorizationUsed(address,bytes32)')
const AUTHORIZATION_CANCELED = toEventSelector('AuthorizationCanceled(address,bytes32)')
const TRANSFER = toEventSelector('Transfer(address,address,uint256)')

/** Every provider answers so many blocks at once for one address and a list of topics. */
const SEARCH_STEP_BLOCKS = 2_000n
/** Blocks are searched from before the authorization can have been known; clocks may differ by this much. */
const SEARCH_MARGIN_SECONDS = 3_600n

export type WantedTransfer = {
  from: Address
  to: Address
  /** Atomic units. */
  amount: bigint
  nonce: Hex
  /** Nobody can have known the authorization before. */
  since: Date
}

export type FoundTransfers = { head: bigint; byNonce: Map<Hex, AuthorizedTransfer> }

/**
 * Finds what became of used authorizations by USDC's own logs, newest blocks first and one request per range for all of them: the
 * transfer directly behind its `AuthorizationUsed`, by whichever transaction, or a cancellation. A nonce that is not in the answer is
 * not shown by the endpoint (yet).
 */
export function findAuthorizedTransfers(wanted: readonly WantedTransfer[]): Promise<FoundTransfers> {
  return search(rpc().any, wanted)
}

/** What one answer shows of an authorization. */
type TransferClaim = { wanted: WantedTransfer; found: SeenTransfer }

/**
 * How deep each claim is, in confirmations by an endpoint's own head, at the endpoint where it is least deep; without a claim that one
 * does not show: transfer, transaction and block, or the cancellation. Only the blocks that are claimed are asked for, since who does not
 * show them would be searched from its head to the payout's first day. Throws when an endpoint does not answer.
 */
export async function readDepthsByEach(claims: readonly TransferClaim[]): Promise<Map<Hex, number>> {
  const answers = await askEach((client) => readDepths(client, claims))
  return new Map(
    claims.flatMap(({ wanted: { nonce } }) => {
      const depths = answers.flatMap((answer) => answer.get(nonce) ?? [])
      return depths.length === answers.length ? [[nonce, Math.min(...depths)] as const] : []
    }),
  )
}

async function readDepths(client: RpcClient, claims: readonly TransferClaim[]): Promise<Map<Hex, number>> {
  const { number: head } = await client.getBlock({ blockTag: 'latest' })
  const depths = new Map<Hex, number>()
  await Promise.all(
    groupByRange(claims.filter(({ found }) => found.blockNumber <= head)).map(async (group) => {
      const blocks = group.map(({ found }) => found.blockNumber)
      const range = { fromBlock: blocks.reduce(min), toBlock: blocks.reduce(max) }
      const logs = indexLogs(
        await getLogs(
          client,
          group.map(({ wanted }) => wanted),
          range,
        ),
      )
      for (const { wanted, found } of group) {
        if (isSame(explain(wanted, logs, head), found)) {
          depths.set(wanted.nonce, confirmationsOf(found.blockNumber, head))
        }
      }
    }),
  )
  return depths
}

/** Claims of blocks that one request may span, together. */
function groupByRange(claims: readonly TransferClaim[]): TransferClaim[][] {
  const groups: TransferClaim[][] = []
  for (const claim of [...claims].sort((a, b) => Number(a.found.blockNumber - b.found.blockNumber))) {
    const group = groups.at(-1)
    const first = group?.[0]?.found.blockNumber
    if (group && first !== undefined && claim.found.blockNumber - first < SEARCH_STEP_BLOCKS)
      group.push(claim)
    else groups.push([claim])
  }
  return groups
}

function isSame(seen: AuthorizedTransfer | null, found: SeenTransfer): boolean {
  if (seen === null || seen.kind === 'missing' || seen.blockNumber !== found.blockNumber) return false
  if (seen.kind === 'cancelled' || found.kind === 'cancelled') return seen.kind === found.kind
  return seen.txHash === found.txHash
}

async function search(client: RpcClient, wanted: readonly WantedTransfer[]): Promise<FoundTransfers> {
  const { number: head, timestamp } = await client.getBlock({ blockTag: 'latest' })
  const byNonce = new Map<Hex, AuthorizedTransfer>()
  const since = Math.min(...wanted.map((one) => one.since.getTime()))
  const ageSeconds = timestamp - BigInt(Math.floor(since / 1000)) + SEARCH_MARGIN_SECONDS
  // No chain of ours makes more than one block a second.
  const oldest = max(0n, head - max(ageSeconds, SEARCH_STEP_BLOCKS))
  for (let toBlock = head; toBlock >= oldest; toBlock -= SEARCH_STEP_BLOCKS) {
    const missing = wanted.filter(({ nonce }) => !byNonce.has(nonce))
    if (missing.length === 0) break
    const logs = indexLogs(
      await getLogs(client, missing, {
        fromBlock: max(oldest, toBlock - SEARCH_STEP_BLOCKS + 1n),
        toBlock,
      }),
    )
    for (const one of missing) {
      const found = explain(one, logs, head)
      if (found) byNonce.set(one.nonce, found)
    }
  }
  return { head, byNonce }
}

type FoundLog = Omit<WireLog, 'blockNumber' | 'logIndex'> & { blockNumber: bigint; logIndex: number }

/** All three events have the payer as their first topic; the second is the nonce, or the recipient. */
async function getLogs(
  client: RpcClient,
  wanted: readonly WantedTransfer[],
  { fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint },
): Promise<FoundLog[]> {
  const second = new Set(wanted.flatMap(({ nonce, to }) => [nonce, pad(to, { size: 32 })]))
  const answer = await client.request<GetLogs>({
    method: 'eth_getLogs',
    params: [
      {
        address: env().USDC_ADDRESS,
        topics: [
          [AUTHORIZATION_USED, AUTHORIZATION_CANCELED, TRANSFER],
          [...new Set(wanted.map(({ from }) => pad(from, { size: 32 })))],
          [...second],
        ],
        fromBlock: `0x${fromBlock.toString(16)}`,
        toBlock: `0x${toBlock.toString(16)}`,
      },
    ],
  })
  return answer.map((log) => ({
    ...log,
    blockNumber: BigInt(log.blockNumber),
    logIndex: Number(log.logIndex),
  }))
}

/** What each nonce's log is, and what stands at each place of a transaction. */
function indexLogs(logs: readonly FoundLog[]) {
  const byPlace = new Map<string, FoundLog>()
  const byAuthorization = new Map<string, FoundLog>()
  for (const log of logs) {
    byPlace.set(`${log.transactionHash}:${log.logIndex}`, log)
    const [event, authorizer, nonce] = log.topics
    if (event !== TRANSFER) byAuthorization.set(`${authorizer}:${nonce}`.toLowerCase(), log)
  }
  return { byPlace, byAuthorization }
}

function explain(
  { from, to, amount, nonce }: WantedTransfer,
  { byPlace, byAuthorization }: ReturnType<typeof indexLogs>,
  head: bigint,
): AuthorizedTransfer | null {
  const own = byAuthorization.get(`${pad(from)}:${nonce}`.toLowerCase())
  if (!own) return null
  if (own.topics[0] === AUTHORIZATION_CANCELED) return { kind: 'cancelled', blockNumber: own.blockNumber }
  // USDC emits `AuthorizationUsed` and then, directly behind it, the transfer of that very authorization.
  const next = byPlace.get(`${own.transactionHash}:${own.logIndex + 1}`)
  const isPaid =
    next?.topics[0] === TRANSFER &&
    isTopic(next.topics[1], pad(from)) &&
    isTopic(next.topics[2], pad(to)) &&
    BigInt(next.data) === amount
  return isPaid
    ? { kind: 'found', txHash: own.transactionHash, blockNumber: own.blockNumber, head }
    : { kind: 'missing' }
}

function isTopic(topic: Hex | undefined, value: Hex): boolean {
  return topic?.toLowerCase() === value.toLowerCase()
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

type WireLog = {
  topics: Hex[]
  data: Hex
  transactionHash: Hex
  blockNumber: Hex
  logIndex: Hex
}

type GetLogs = {
  Method: 'eth_getLogs'
  Parameters: [{ address: Address; topics: Hex[][]; fromBlock: string; toBlock: string }]
  ReturnType: WireLog[]
}
