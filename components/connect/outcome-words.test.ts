import { expect, test } from 'vitest'
import { ERRORS, type ErrorCode } from '@/domain/errors'
import { claimWords, isWorthClaimingAgain, paymentWords } from './outcome-words'

const refusal = (code: ErrorCode) => ({ code, detail: 'The detail says why.' })
const codes = Object.keys(ERRORS) as ErrorCode[]

test('every refusal of a claim says where the money is or that none moved', () => {
  for (const code of codes) {
    const words = claimWords(refusal(code))
    if (['DEPOSIT_IS_X402_SETTLEMENT', 'NOT_A_DEPOSIT'].includes(code)) continue
    expect(words, code).toMatch(/at the receive address|No USDC moved/)
  }
})

test('every refusal of a payment says that no money moved', () => {
  for (const code of codes) expect(paymentWords(refusal(code)), code).toContain('No USDC moved')
})

test('what cannot succeed is not offered again; what a person can put right is', () => {
  expect(['SENDER_NOT_LINKED', 'unauthenticated', 'feature_disabled'].every(isWorthClaimingAgain)).toBe(true)
  expect(['NOT_A_DEPOSIT', 'DEPOSIT_IS_X402_SETTLEMENT', 'BELOW_MINIMUM'].some(isWorthClaimingAgain)).toBe(
    false,
  )
})

test('an answer that is no problem of ours still has words', () => {
  expect(claimWords(null)).toContain('Claim again')
  expect(paymentWords(null)).toContain('No USDC moved')
})
