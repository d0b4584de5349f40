import { type Address, type Hex, pad, toEventSelector } from 'viem'
import { env } from '@/server/core/env'
import type { AuthorizedTransfer } from './authorized-transfer'
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
type TransferClaim = { wanted: WantedTransfer; found: AuthorizedTransfer }

/**
 * The nonces of which each endpoint by itself shows the same: transfer, transaction and block, or the cancellation. One search per
 * endpoint for all; throws when one does not answer.
 */
export async function listSeenByEach(claims: readonly TransferClaim[]): Promise<Set<Hex>> {
  const answers = await askEach((client) =>
    search(
      client,
      claims.map(({ wanted }) => wanted),
    ),
  )
  const agreed = claims.filter(({ wanted, found }) =>
    answers.every(({ byNonce }) => isSameTransfer(byNonce.get(wanted.nonce), found)),
  )
  return new Set(agreed.map(({ wanted }) => wanted.nonce))
}

function isSameTransfer(seen: AuthorizedTransfer | undefined, found: AuthorizedTransfer): boolean {
  if (seen?.kind !== 'found' || found.kind !== 'found') {
    return seen?.kind === 'cancelled' && found.kind === 'cancelled'
  }
  return seen.txHash === found.txHash && seen.blockNumber === found.blockNumber
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
  if (own.topics[0] === AUTHORIZATION_CANCELED) return { kind: 'cancelled' }
  // USDC emits `AuthorizationUsed` and then, directly behind it, the transfer of that very authorization.
  const next = byPlace.get(`${own.transactionHash}:${own.logIndex + 1}`)
  const isPaid =
    next?.topics[0] === TRANSFER &&
    isSame(next.topics[1], pad(from)) &&
    isSame(next.topics[2], pad(to)) &&
    BigInt(next.data) === amount
  return isPaid
    ? { kind: 'found', txHash: own.transactionHash, blockNumber: own.blockNumber, head }
    : { kind: 'missing' }
}

function isSame(topic: Hex | undefined, value: Hex): boolean {
  return topic?.toLowerCase() === value.toLowerCase()
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
