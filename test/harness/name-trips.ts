// What a round trip is, in words that are the same each time: the statement or the method, without ids, amounts and hashes.
import { decodeFunctionData, type Hex, multicall3Abi, toFunctionSelector } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'

const WORD = /^[a-z][a-z_]+$/

/** A statement with what its parameters say in single words, statuses and reasons: one function may do several things. */
export function nameStatement(statement: string, parameters: readonly string[]): string {
  const words = parameters.flatMap((parameter) => parameter.replace(/[{}"]/g, '').split(','))
  const said = [...new Set(words.filter((word) => WORD.test(word)))].sort()
  return [statement.replace(/\s+/g, ' ').trim(), ...said].join(' ')
}

const FUNCTIONS = new Map(
  [...usdcAbi, ...multicall3Abi].flatMap((item) =>
    item.type === 'function' ? [[toFunctionSelector(item), item.name] as const] : [],
  ),
)

/** A method with the block that it asks for, by its tag, and the functions that a call runs. */
export function nameRequest(body: string): string {
  const { method, params = [] } = JSON.parse(body) as { method: string; params?: unknown[] }
  const [first, second] = params
  if (method === 'eth_getBlockByNumber') return `${method} ${nameBlock(first)}`
  if (method !== 'eth_call') return method
  const { data = '0x' } = first as { data?: Hex }
  return `${method} ${nameBlock(second)} ${[...new Set(nameCalls(data))].join(' ')}`
}

function nameBlock(block: unknown): string {
  if (typeof block === 'object' && block !== null) return Object.keys(block).join(' ')
  return typeof block === 'string' && WORD.test(block) ? block : 'numbered'
}

function nameCalls(data: Hex): string[] {
  const name = FUNCTIONS.get(data.slice(0, 10) as Hex) ?? data.slice(0, 10)
  if (name !== 'aggregate3') return [name]
  const { args = [[]] } = decodeFunctionData({ abi: multicall3Abi, data })
  return (args[0] as readonly { callData: Hex }[]).flatMap(({ callData }) => nameCalls(callData))
}
