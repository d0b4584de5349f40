/** Pure rules of what a managed wallet signs for a payout, and how many fit into one transaction. */
import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  multicall3Abi,
} from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { multicall3Address } from '@/domain/canonical-addresses'
import type { SignedPayout } from './due-payout'

/** An authorization lives this long, or until the payout expires. */
const LONGEST_SECONDS = 3600n
/** Less could end before it is mined. */
const SHORTEST_SECONDS = 120n
/**
 * Clocks of the chain and the database may differ by this much before an authorization lives for less than an hour, or, where the chain's is
 * behind, is not made: a head that old is one that the endpoint stands still at.
 */
const CLOCK_MARGIN_SECONDS = 900n

// Measured on the local chain: 64,000 for a first USDC of a wallet in a batch of a hundred, and 95,000 for one alone with the
// transaction's own 21,000; the rest is room for the real proxy.
const ITEM_GAS = 80_000n
const OVERHEAD_GAS = 50_000n
const BATCH_GAS = 12_000_000n

/** As many items as a transaction takes: (12 M / 1.3 − overhead) / item. */
export const MAX_ITEMS = Number(((BATCH_GAS * 10n) / 13n - OVERHEAD_GAS) / ITEM_GAS)

/** Never an estimate: with `allowFailure` it settles on gas at which inner calls run out and the transaction still succeeds. */
export function payoutGasLimit(items: number): bigint {
  return ((ITEM_GAS * BigInt(items) + OVERHEAD_GAS) * 13n) / 10n
}

/** How many payouts so much gas carries, at most as many as a transaction takes. */
export function itemsWithin(gas: bigint): number {
  const items = ((gas * 10n) / 13n - OVERHEAD_GAS) / ITEM_GAS
  if (items <= 0n) return 0
  return items < BigInt(MAX_ITEMS) ? Number(items) : MAX_ITEMS
}

/**
 * One nonce for a payout's whole life: USDC accepts it once, so whatever is signed again after a crash, or from a restored
 * backup, can be paid at most once.
 */
export function payoutNonce({ chainId, asset, id }: { chainId: number; asset: Address; id: string }): Hex {
  const encoded = encodeAbiParameters(
    [{ type: 'string' }, { type: 'uint256' }, { type: 'address' }, { type: 'string' }],
    ['bursar.payout.v1', BigInt(chainId), asset, id],
  )
  return keccak256(encoded)
}

type SignedAt = {
  /** The chain's clock at its head, by one endpoint's word, and the database's; Unix seconds. */
  now: bigint
  clock: bigint
  expiresAt: Date
}

/**
 * When an authorization that is signed now ends, in Unix seconds of the chain. An endpoint that shows a head of the far future gets
 * none that could be used long after: bounded by the database's clock, and null when that leaves too little. Null too at a head of the
 * past, by which it would end before it is mined.
 */
export function payoutValidBefore({ now, clock, expiresAt }: SignedAt): bigint | null {
  if (clock - now > CLOCK_MARGIN_SECONDS) return null
  const expires = BigInt(Math.floor(expiresAt.getTime() / 1000))
  const shortest = now + SHORTEST_SECONDS
  const wished = min(expires, now + LONGEST_SECONDS)
  const latest = clock + LONGEST_SECONDS + CLOCK_MARGIN_SECONDS
  return shortest > latest ? null : min(wished > shortest ? wished : shortest, latest)
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** The call that pays these payouts: USDC itself for one, through Multicall3 for more. Anybody may send it. */
export function encodePayouts(
  payouts: readonly SignedPayout[],
  { usdc }: { usdc: Address },
): { to: Address; data: Hex; gasLimit: bigint } {
  const [first, ...rest] = payouts
  if (!first) throw new Error('a transaction carries at least one payout')
  const gasLimit = payoutGasLimit(payouts.length)
  if (rest.length === 0) return { to: usdc, data: encodeTransfer(first), gasLimit }
  const calls = payouts.map((payout) => ({
    target: usdc,
    // One that USDC refuses does not take the others with it.
    allowFailure: true,
    callData: encodeTransfer(payout),
  }))
  const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [calls] })
  return { to: multicall3Address, data, gasLimit }
}

function encodeTransfer({ from, to, amount, authorization }: SignedPayout): Hex {
  const { validBefore, nonce, signature } = authorization
  return encodeFunctionData({
    abi: usdcAbi,
    functionName: 'transferWithAuthorization',
    args: [from, to, amount, 0n, validBefore, nonce, signature],
  })
}
