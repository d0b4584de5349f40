import { encodeFunctionData, parseEther } from 'viem'
import { expect, test } from 'vitest'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { MAX_UINT256 } from '@/domain/money'
import { buildReceiveAuthorization } from '@/domain/usdc-authorization'
import { describeTransaction, describeTypedData } from './describe-transaction'

const known = {
  usdcAddress: '0x546AA1Dc20a98AaF71588B50FEA1933603fc55bf',
  settlementAddress: '0x176D9bec42514991177BCeeC72cD550e214b8Bb3',
} as const
const stranger = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'

test('an unlimited approval of the pool says unlimited and is marked', () => {
  const data = encodeFunctionData({
    abi: usdcAbi,
    functionName: 'approve',
    args: [known.settlementAddress, MAX_UINT256],
  })
  expect(describeTransaction({ to: known.usdcAddress, data, value: 0n }, known)).toEqual({
    headline: 'Allow LuxxonSettlement to take up to unlimited USDC',
    contract: 'USDC',
    functionName: 'approve',
    fields: [
      { label: 'spender', value: known.settlementAddress, isAddress: true, isWarning: false },
      { label: 'value', value: 'unlimited USDC', isAddress: false, isWarning: true },
    ],
  })
})

test('approving anybody else does not name LuxxonSettlement', () => {
  const data = encodeFunctionData({ abi: usdcAbi, functionName: 'approve', args: [stranger, 1_000_000n] })
  const { headline } = describeTransaction({ to: known.usdcAddress, data, value: 0n }, known)
  expect(headline).toBe('Allow 0x90F7…b906 to take up to 1.00 USDC')
})

test.each([
  ['deposit', 'Deposit 12.50 USDC into the pool'],
  ['withdraw', 'Withdraw 12.50 USDC from the pool'],
] as const)('%s names the amount', (functionName, headline) => {
  const data = encodeFunctionData({ abi: luxxonSettlementAbi, functionName, args: [12_500_000n] })
  expect(describeTransaction({ to: known.settlementAddress, data, value: 0n }, known)).toMatchObject({
    headline,
    contract: 'LuxxonSettlement',
  })
})

test('the same bytes to another address are not believed', () => {
  const data = encodeFunctionData({ abi: luxxonSettlementAbi, functionName: 'deposit', args: [1n] })
  expect(describeTransaction({ to: stranger, data, value: 0n }, known)).toMatchObject({
    headline: 'Call a contract with unreadable data',
    contract: 'Unknown address',
    fields: [{ value: data, isWarning: true }],
  })
})

test('plain ETH is named in ETH', () => {
  const sent = describeTransaction({ to: stranger, data: '0x', value: parseEther('0.5') }, known)
  expect(sent.headline).toBe('Send 0.5 ETH to 0x90F7…b906')
})

test('typed data shows every field in order, the USDC amount in USDC', () => {
  const { domain, types, primaryType, message } = buildReceiveAuthorization({
    chainId: 31337,
    usdcAddress: known.usdcAddress,
    usdcDomainName: 'USD Coin',
    from: stranger,
    to: known.settlementAddress,
    value: 2_000_000n,
    validAfter: 0n,
    validBefore: 1_800_000_000n,
    nonce: `0x${'11'.repeat(32)}`,
  })
  const {
    headline,
    domain: shown,
    fields,
  } = describeTypedData(
    {
      domain,
      types: { [primaryType]: [...types[primaryType]] },
      primaryType,
      message: { ...message },
    },
    known,
  )
  expect(headline).toBe('Allow LuxxonSettlement to take 2.00 USDC once')
  expect(shown.map(({ label, value }) => [label, value])).toEqual([
    ['name', 'USD Coin'],
    ['version', '2'],
    ['chainId', '31337'],
    ['verifyingContract', known.usdcAddress],
  ])
  expect(fields.map(({ label }) => label)).toEqual([
    'from',
    'to',
    'value',
    'validAfter',
    'validBefore',
    'nonce',
  ])
  expect(fields[2]?.value).toBe('2.00 USDC')
  expect(fields[4]?.value).toContain('2027-01-15')
})

test('data for another contract that calls itself a USDC authorization is not believed', () => {
  const typedData = {
    domain: { name: 'USD Coin', version: '2', chainId: 31337, verifyingContract: stranger },
    types: { Permit: [{ name: 'value', type: 'uint256' }] },
    primaryType: 'Permit',
    message: { value: '1000000' },
  }
  expect(describeTypedData(typedData, known)).toMatchObject({
    headline: 'Sign Permit',
    fields: [{ label: 'value', value: '1000000' }],
  })
})

test('an approval of nothing is called the end of the permission', () => {
  const data = encodeFunctionData({
    abi: usdcAbi,
    functionName: 'approve',
    args: [known.settlementAddress, 0n],
  })
  const { headline } = describeTransaction({ to: known.usdcAddress, data, value: 0n }, known)
  expect(headline).toBe('Allow LuxxonSettlement to take no more USDC')
})
