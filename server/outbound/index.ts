export type { OutboundAnswer } from './create-outbound'
export { assertPublicTarget, fetchOutbound } from './outbound'
export { OutboundError } from './outbound-error'
