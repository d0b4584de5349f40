import { CallSnippet } from '../docs/call-snippet'

const INTENT = {
  naturalLanguage: 'Pay the data suppliers',
  limitAmount: '25000000',
  validForSeconds: 28_800,
  maxAmountPerTx: '5000000',
}

/** The call by which an agent asks for a mandate: 25 USDC within eight hours, 5 USDC for each payout. */
export function AskSnippet() {
  return <CallSnippet path="/api/mandates/create-intent" body={{ intent: INTENT }} isByAgent />
}
