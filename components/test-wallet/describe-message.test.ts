import { createSiweMessage } from 'viem/siwe'
import { expect, test } from 'vitest'
import { describeMessage } from './describe-message'

const signIn = createSiweMessage({
  address: '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
  chainId: 31337,
  domain: 'localhost:3000',
  uri: 'http://localhost:3000',
  nonce: '0123456789abcdef',
  version: '1',
})

test('a sign-in names the site', () => {
  expect(describeMessage(signIn, 'localhost:3000')).toEqual({
    headline: 'Sign in to localhost:3000',
    warning: null,
  })
})

test('a sign-in for another site than the one that asks is warned of', () => {
  expect(describeMessage(signIn, 'evil.example').warning).toBe(
    'This signs in to localhost:3000, but the page that asks is evil.example. Reject it.',
  )
})

test('other text is not called a sign-in', () => {
  expect(describeMessage('I agree', 'localhost:3000')).toEqual({ headline: 'Sign this text', warning: null })
})
