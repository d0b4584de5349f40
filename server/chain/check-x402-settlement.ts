import { type Address, parseAbiItem } from 'viem'
import { env } from '@/server/core/env'
import type { X402Settlement } from './find-x402-settlement'
import type { RelayCall } from './relay'
import { rpc } from './rpc'
import { isSeenTwice } from './second-endpoint'
import { isTransportError } from './transport-error'

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

type Parties = { payer: Address; payTo: Address }

/** Whether two endpoints, each by itself, show the same transfer in the same block. Throws when one does not answer. */
export function isSettlementSeenTwice(
  settlement: X402Settlement,
  { payer, payTo }: Parties,
): Promise<boolean> {
  const look = async (endpoint: number) => {
    const logs = await rpc().endpoints[endpoint]?.getLogs({
      address: env().USDC_ADDRESS,
      event: TRANSFER,
      args: { from: payer, to: payTo },
      blockHash: settlement.blockHash,
    })
    return (logs ?? []).some(
      (log) =>
        log.transactionHash === settlement.txHash &&
        log.logIndex === settlement.logIndex &&
        log.args.value === settlement.amount,
    )
  }
  return isSeenTwice({ look })
}

/** Whether a call would succeed at the head. An endpoint that does not answer says nothing about the call: that is thrown. */
export async function wouldSucceed(
  { to, data, gasLimit }: RelayCall,
  sender: Address | null,
): Promise<boolean> {
  try {
    await rpc().any.call({ to, data, gas: gasLimit, ...(sender ? { account: sender } : {}) })
    return true
  } catch (error) {
    if (isTransportError(error)) throw error
    return false
  }
}
