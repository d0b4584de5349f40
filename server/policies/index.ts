export { getOpenPayouts, getPolicy } from './get-policy'
export { prepareResume, resumePayouts } from './resume-payouts'
export { stopPayouts } from './stop-payouts'
export { preparePolicyChange, updatePolicy } from './update-policy'
