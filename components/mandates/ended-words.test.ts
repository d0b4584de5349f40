import { expect, test } from 'vitest'
import { endedWords } from './ended-words'

const signer = { address: '0x1', signedAt: '2026-01-01T00:00:00Z', isCounted: true }
const unsigned = { signedAt: null, signers: [], createdBy: null, spentAmount: '0' }

test('nobody is said to have signed only when nobody did', () => {
  expect(endedWords(unsigned).words).toContain('Nobody signed it')
  expect(endedWords({ ...unsigned, signers: [signer] }).words).toContain('Fewer people signed it')
})

test('one that a policy sent back after it had paid says that what it paid stays paid', () => {
  const sentBack = { ...unsigned, signers: [signer], spentAmount: '1' }
  expect(endedWords(sentBack).words).toContain('What it paid before stays paid')
})

test('an agent asks again only for what an agent had asked for', () => {
  expect(endedWords(unsigned).words).toContain('The agent asks again')
  expect(endedWords({ ...unsigned, createdBy: '0x1' }).words).not.toContain('agent')
  expect(endedWords({ ...unsigned, createdBy: '0x1' }).words).toContain('Draw up another one')
})

test('one that was signed has ended by its time', () => {
  expect(endedWords({ ...unsigned, signedAt: signer.signedAt, signers: [signer] }).title).toBe('It has ended')
})
