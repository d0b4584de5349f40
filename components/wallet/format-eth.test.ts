import { parseEther } from 'viem'
import { expect, test } from 'vitest'
import { formatEth } from './format-eth'

test.each([
  ['0', '0'],
  ['1', '1'],
  ['9999.999999999', '9,999.99'],
  ['99.999999999', '99.999999'],
  ['0.05', '0.05'],
  ['0.0000001', '<0.000001'],
])('%s ETH is shown as %s: cut, never a false zero', (ether, shown) => {
  expect(formatEth(parseEther(ether))).toBe(shown)
})
