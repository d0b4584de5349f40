import { revertWords } from './revert-words'

const WORDS: Record<string, string> = {
  gas_allowance:
    'Waiting for gas allowance: this workspace has used what is paid for it in a day. It goes on after midnight UTC.',
  relayer_gas: 'Waiting: the relayer is out of ETH. The operator of this console has to refill it.',
  proof_of_expiry: 'Its time has passed. Waiting for the final block that proves it was not used.',
  proof_of_cancellation: 'It was cancelled. Waiting until that is final.',
  chain: 'Waiting: the chain does not answer just now.',
  logs: 'The chain has used it. Waiting for its logs.',
}

const REVERT = 'would_revert: '

/** Why something that is relayed does not move just now, and what happens next; the code comes from the server. */
export function waitingWords(waitingFor: string): string {
  if (!waitingFor.startsWith(REVERT)) return WORDS[waitingFor] ?? `Waiting: ${waitingFor}.`
  const { words } = revertWords(new Error(`execution reverted: ${waitingFor.slice(REVERT.length)}`))
  return `It would fail just now. ${words} It is tried again until its hour is over.`
}
