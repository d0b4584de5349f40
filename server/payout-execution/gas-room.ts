import { env } from '@/server/core/env'
import { type RelayRoom, readRelayRoom, waitFor } from '@/server/relayer'
import type { Decisions, DuePayout } from './due-payout'
import { itemsWithin, payoutGasLimit } from './payout-authorization'
import type { GasTerms } from './payout-step-repository'

const LOOK_AGAIN_SECONDS = 5

/** What the relayer could send now for so many payouts. */
export function readGasRoom(payouts: number): Promise<RelayRoom> {
  return readRelayRoom({ wantedGas: payoutGasLimit(payouts) })
}

/** What must be left for each payout that is signed, for its workspace and in the relayers' keys: what it costs when it is sent alone. */
export function gasTermsOf({ maxFeePerGas, keys }: RelayRoom): GasTerms {
  return { allowance: env().GAS_ALLOWANCE_WEI_PER_DAY, each: payoutGasLimit(1) * maxFeePerGas, keys }
}

/**
 * Without those that wait for gas as they are: a signature is of use for an hour at most, so one that had to wait for gas would end its
 * payout. Whether new ones find room beside all that is promised is for the statement that reserves for them.
 */
export function keepSendable(
  unsigned: readonly DuePayout[],
  { gas, isBusy }: RelayRoom,
  { alreadySigned, decisions }: { alreadySigned: number; decisions: Decisions },
): DuePayout[] {
  const reserved = unsigned.filter(({ status }) => status === 'signing')
  const room = Math.max(0, itemsWithin(gas) - alreadySigned)
  const waiting = isBusy ? unsigned : reserved.slice(room)
  for (const { id } of waiting) {
    decisions.set(id, waitFor(isBusy ? 'relayer_busy' : 'relayer_gas', LOOK_AGAIN_SECONDS))
  }
  return unsigned.filter((payout) => !waiting.includes(payout))
}
