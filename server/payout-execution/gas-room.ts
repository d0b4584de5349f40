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

/** What a workspace must have left for each payout that is signed for it: what it costs when it is sent alone. */
export function gasTermsOf({ maxFeePerGas }: RelayRoom): GasTerms {
  return { allowance: env().GAS_ALLOWANCE_WEI_PER_DAY, each: payoutGasLimit(1) * maxFeePerGas }
}

/**
 * Those that the relayer can send now; the others wait as they are. A signature is of use for an hour at most, so one that had to
 * wait for gas would end its payout.
 */
export function keepSendable(
  unsigned: readonly DuePayout[],
  { gas, isBusy }: RelayRoom,
  { alreadySigned, decisions }: { alreadySigned: number; decisions: Decisions },
): DuePayout[] {
  const room = isBusy ? 0 : Math.max(0, itemsWithin(gas) - alreadySigned)
  const waitingFor = isBusy ? 'relayer_busy' : 'relayer_gas'
  // What has been reserved for comes first.
  const inOrder = [
    ...unsigned.filter(({ status }) => status === 'signing'),
    ...unsigned.filter(({ status }) => status !== 'signing'),
  ]
  for (const { id } of inOrder.slice(room)) decisions.set(id, waitFor(waitingFor, LOOK_AGAIN_SECONDS))
  return inOrder.slice(0, room)
}
