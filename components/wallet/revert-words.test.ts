import { encodeAbiParameters, encodeErrorResult, RpcRequestError } from 'viem'
import { expect, test } from 'vitest'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { isRevert, revertWords, revertWordsOfData } from './revert-words'

const errorString = (reason: string) =>
  `0x08c379a0${encodeAbiParameters([{ type: 'string' }], [reason]).slice(2)}` as const

test('a short pool names both amounts', () => {
  const data = encodeErrorResult({
    abi: luxxonSettlementAbi,
    errorName: 'InsufficientDeposit',
    args: [10_000_000n, 2_500_000n],
  })
  expect(revertWordsOfData(data)).toMatchObject({
    code: 'InsufficientDeposit',
    words: expect.stringContaining('10.00 USDC, but the pool holds 2.50 USDC'),
  })
})

test('a paused pool says that withdrawing stays possible', () => {
  const data = encodeErrorResult({ abi: luxxonSettlementAbi, errorName: 'EnforcedPause' })
  expect(revertWordsOfData(data).words).toMatch(/paused.*Withdrawing is always possible/)
})

test.each([
  ['ERC20: transfer amount exceeds balance', /Add funds/],
  ['ERC20: transfer amount exceeds allowance', /allow/],
  ['Pausable: paused', /Circle/],
  ['Blacklistable: account is blacklisted', /blocked/],
  ['FiatTokenV2: authorization is expired', /new one/],
])('USDC’s "%s" becomes a sentence that says what to do', (reason, words) => {
  expect(revertWordsOfData(errorString(reason))).toEqual({
    code: reason,
    words: expect.stringMatching(words),
  })
})

test('an unknown revert string is quoted, an unknown selector is named, none is hidden', () => {
  expect(revertWordsOfData(errorString('Whatever'))).toEqual({
    code: 'Whatever',
    words: 'The contract refused it: “Whatever”.',
  })
  expect(revertWordsOfData('0xdeadbeef').words).toContain('0xdeadbeef')
  expect(revertWordsOfData('0x').words).toContain('no reason given')
})

test('revert data is found however deep an RPC error carries it', () => {
  const data = encodeErrorResult({ abi: luxxonSettlementAbi, errorName: 'ZeroAmount' })
  const error = new RpcRequestError({
    body: {},
    url: 'http://localhost',
    error: { code: 3, message: 'execution reverted', data },
  })
  expect(isRevert(error)).toBe(true)
  expect(revertWords(error).code).toBe('ZeroAmount')
  expect(isRevert(new Error('fetch failed'))).toBe(false)
})
