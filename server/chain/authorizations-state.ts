import { type Address, encodeFunctionData, type Hex, multicall3Abi } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { multicall3Address } from '@/domain/canonical-addresses'
import { env } from '@/server/core/env'
import { type RpcClient, rpc } from './rpc'
import { askEach } from './second-endpoint'

export type AuthorizationKey = { authorizer: Address; nonce: Hex }

type Place = { blockNumber: bigint; timestamp: bigint }

const multicall3 = { address: multicall3Address, abi: multicall3Abi } as const
const blockNumberAbi = [
  {
    type: 'function',
    name: 'getBlockNumber',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ name: 'blockNumber', type: 'uint256' }],
  },
] as const
const place = [
  { ...multicall3, abi: blockNumberAbi, functionName: 'getBlockNumber' },
  { ...multicall3, functionName: 'getCurrentBlockTimestamp' },
] as const

export type AuthorizationsState = Place & {
  /** In the order of the keys. */
  used: boolean[]
}

/** Whether USDC has used or cancelled each authorization, all at one block at the head, and which block that is. */
export function readAuthorizations(keys: readonly AuthorizationKey[]): Promise<AuthorizationsState> {
  return readAtHead(rpc().any, keys)
}

/** The same by each endpoint's own word; throws when one does not answer. */
export function readAuthorizationsByEach(keys: readonly AuthorizationKey[]): Promise<AuthorizationsState[]> {
  return askEach((client) => readAtHead(client, keys))
}

/**
 * The same at the final block. State and time are of one block, named by its hash: two nodes, one of them late, could otherwise make
 * a live authorization look dead.
 */
export function readAuthorizationsAtFinal(keys: readonly AuthorizationKey[]): Promise<AuthorizationsState> {
  return readAtFinal(rpc().any, keys)
}

/** The same by each endpoint's own word, at its own final block; throws when one does not answer. */
export function readAuthorizationsAtFinalByEach(
  keys: readonly AuthorizationKey[],
): Promise<AuthorizationsState[]> {
  return askEach((client) => readAtFinal(client, keys))
}

async function readAtHead(
  client: RpcClient,
  keys: readonly AuthorizationKey[],
): Promise<AuthorizationsState> {
  const answers = await client.multicall({ ...atOnce, contracts: [...place, ...keys.map(stateOf)] })
  const [blockNumber, timestamp, ...used] = answers as [bigint, bigint, ...boolean[]]
  return { blockNumber, timestamp, used }
}

async function readAtFinal(
  client: RpcClient,
  keys: readonly AuthorizationKey[],
): Promise<AuthorizationsState> {
  const { number: blockNumber, hash, timestamp } = await client.getBlock({ blockTag: 'finalized' })
  const calls = keys.map((key) => {
    const { address, ...call } = stateOf(key)
    return { target: address, allowFailure: false, callData: encodeFunctionData(call) }
  })
  const answers = await client.readContract({
    ...multicall3,
    functionName: 'aggregate3',
    args: [calls],
    blockHash: hash,
  })
  return { blockNumber, timestamp, used: answers.map(({ returnData }) => BigInt(returnData) === 1n) }
}

export type SigningConditions = Place & {
  isPaused: boolean
  /** USDC in atomic units by wallet. */
  held: Map<Address, bigint>
  blocked: Set<Address>
  /** In the order of the keys. */
  used: boolean[]
}

/** What decides whether USDC can leave these wallets to these recipients, all at one block at the head. */
export async function readSigningConditions({
  wallets,
  recipients,
  keys,
}: {
  wallets: readonly Address[]
  recipients: readonly Address[]
  keys: readonly AuthorizationKey[]
}): Promise<SigningConditions> {
  const usdc = { address: env().USDC_ADDRESS, abi: usdcAbi } as const
  const people = [...new Set([...wallets, ...recipients])]
  const answers = await rpc().any.multicall({
    ...atOnce,
    contracts: [
      ...place,
      { ...usdc, functionName: 'paused' },
      ...wallets.map((wallet) => ({ ...usdc, functionName: 'balanceOf', args: [wallet] }) as const),
      ...people.map((person) => ({ ...usdc, functionName: 'isBlacklisted', args: [person] }) as const),
      ...keys.map(stateOf),
    ],
  })
  const [blockNumber, timestamp, isPaused, ...rest] = answers as [bigint, bigint, boolean, ...unknown[]]
  const balances = rest.slice(0, wallets.length) as bigint[]
  const areBlocked = rest.slice(wallets.length, wallets.length + people.length)
  return {
    blockNumber,
    timestamp,
    isPaused,
    held: new Map(wallets.map((wallet, index) => [wallet, balances[index] ?? 0n])),
    blocked: new Set(people.filter((_, index) => areBlocked[index] === true)),
    used: rest.slice(wallets.length + people.length) as boolean[],
  }
}

// One request whatever its length: the answers must be of one block.
const atOnce = { allowFailure: false, multicallAddress: multicall3Address, batchSize: 0 } as const

function stateOf({ authorizer, nonce }: AuthorizationKey) {
  return {
    address: env().USDC_ADDRESS,
    abi: usdcAbi,
    functionName: 'authorizationState',
    args: [authorizer, nonce],
  } as const
}
