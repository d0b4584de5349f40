import { type Abi, type AbiFunction, toFunctionSignature } from 'viem'
import { expect, test } from 'vitest'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { poolFiguresAbi, usdcFiguresAbi } from './figures-abi'

const shapesOf = (abi: Abi) =>
  abi
    .filter((item): item is AbiFunction => item.type === 'function')
    .map(
      (item) =>
        `${toFunctionSignature(item)} ${item.stateMutability} ${item.outputs.map(({ type }) => type)}`,
    )

test.each([
  ['USDC', usdcFiguresAbi as Abi, usdcAbi as Abi],
  ['the pool', poolFiguresAbi as Abi, luxxonSettlementAbi as Abi],
])('the figures read %s as its contract is compiled', (_, figures, whole) => {
  expect(shapesOf(whole)).toEqual(expect.arrayContaining(shapesOf(figures)))
})
