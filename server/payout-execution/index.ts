export { advancePayouts } from './advance-payouts'
export { listCarriers } from './execution-repository'
export { expirePayouts } from './expire-payouts'
export {
  type AuthorizationOnChain,
  getPayoutExecution,
  type NextStep,
  type PayoutExecution,
} from './get-payout-execution'
