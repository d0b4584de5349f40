export {
  buildPaymentRequired,
  encodePaymentRequired,
  type PaymentRequest,
} from './build-payment-required'
export type { ExpectedPayment, PaidCharge } from './expected-payment'
export { isX402Enabled } from './is-x402-enabled'
export { noOffer } from './list-offers'
export { offerAgain } from './offer-again'
export { paymentHeader } from './payment-header'
export { settleDuePayments } from './settle-due-payments'
export { type PaymentOutcome, type SettledPayment, settlePayment } from './settle-payment'
export { watchPayments } from './watch-payments'
