import type { Problem } from '@/domain/errors'
import { formatUsdc } from '@/domain/money'

type Refusal = Pick<Problem, 'code' | 'detail'> & Record<string, unknown>

const ON_CHAIN = 'The USDC is at the receive address.'
const NOTHING = 'No USDC moved.'

/** Why a transfer was not credited: what happened, whether money moved, what to do now. Codes of the claim, API section 4. */
export function claimWords(problem: Refusal | null): string {
  switch (problem?.code) {
    case 'SENDER_NOT_LINKED':
      return `The sending wallet is not linked to this agent, so the transfer was not credited. ${ON_CHAIN} Link the wallet, then claim again.`
    case 'DEPOSIT_CLAIMED_BY_ANOTHER_AGENT':
      return `Another agent has claimed this transfer. ${ON_CHAIN} It was credited there; an owner of the workspace can move balance between agents.`
    case 'DEPOSIT_IS_X402_SETTLEMENT':
      return 'This transaction is an x402 payment and not a transfer. It was counted as that payment, so it cannot be credited a second time. Nothing is left to do.'
    case 'BELOW_MINIMUM':
      return `The transfer is below the minimum, so it was not credited. ${ON_CHAIN} Ask the operator of this console to return it.`
    case 'NOT_A_DEPOSIT':
      return 'The transaction sends no USDC to the receive address, so there is nothing to credit. Look at it in the explorer, and start again if the wallet sent something else.'
    case 'TX_REVERTED':
      return `The transaction failed on chain. ${NOTHING} Start again.`
    case 'UNSUPPORTED_CHAIN':
      return `The console takes no deposits on this chain, so the transfer was not credited. ${ON_CHAIN} Ask the operator of this console.`
    case 'unauthenticated':
      return `The agent’s bearer no longer works, so the credit could not be asked for. ${ON_CHAIN} Get a new bearer with “Recover”, then claim again.`
    case 'feature_disabled':
      return `Prepaid deposits were turned off meanwhile. ${ON_CHAIN} A claim that was taken in still finishes; claim again later.`
    case 'agent_not_linked':
    case 'agent_expired':
    case 'agent_not_found':
    case 'not_found':
    case 'not_authorized':
      return `${problem.detail} ${ON_CHAIN} Once the agent can be used again, claim again.`
    default:
      return `${problem?.detail ?? 'The console refused without a reason.'} ${ON_CHAIN} Claim again; a transfer is credited once, however often it is claimed.`
  }
}

/** Nothing that a person does makes such a claim succeed. */
const FINAL = new Set(['DEPOSIT_IS_X402_SETTLEMENT', 'NOT_A_DEPOSIT', 'BELOW_MINIMUM', 'TX_REVERTED'])

/** Whether the same claim may succeed once a person did something. */
export function isWorthClaimingAgain(code: string): boolean {
  return !FINAL.has(code)
}

/** Why a signed payment was not taken. None of these moved anything. */
export function paymentWords(problem: Refusal | null): string {
  switch (problem?.code) {
    case 'payment_mismatch':
      return `The console did not take the payment: it is not what was asked for. ${NOTHING} Start again.`
    case 'payment_required':
    case 'payment_invalid':
      return `The console could not read or accept the signed payment. ${NOTHING} Start again.`
    case 'payment_failed':
      return `The payment could not be settled: ${problem.detail} ${NOTHING} Check the wallet’s USDC, then start again.`
    case 'unauthenticated':
      return `The agent’s bearer no longer works, so the payment was not handed in. ${NOTHING} Get a new bearer with “Recover”, then start again.`
    case 'feature_disabled':
      return `Paying by signature is turned off on this console. ${NOTHING} Send it with the wallet instead.`
    default:
      return `${problem?.detail ?? 'The console refused without a reason.'} ${NOTHING}`
  }
}

/** What a payment offers when the amount is outside what a signature may pay. */
export function signedRangeWords(minimum: bigint, maximum: bigint): string {
  return `From ${formatUsdc(minimum)} to ${formatUsdc(maximum)} USDC; no ETH needed.`
}
