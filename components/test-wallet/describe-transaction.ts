import { type Abi, decodeFunctionData, formatEther, type Hex } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { formatUsdc, MAX_UINT256 } from '@/domain/money'
import { shortAddress } from '../address/short-address'
import type { TransactionRequest, TypedDataToSign } from './test-wallet-request'

export type DescribedField = { label: string; value: string; isAddress?: boolean; isWarning?: boolean }

export type DescribedTransaction = {
  /** One line: what this does. */
  headline: string
  contract: string
  functionName: string | null
  fields: DescribedField[]
}

export type KnownContracts = { usdcAddress: string; settlementAddress: string }

const USDC_UINTS = new Set([
  'amount',
  'value',
  '_amount',
  'increment',
  'decrement',
  'toAmount',
  'feeAmount',
  'ratePerSecond',
  'maxRatePerSecond',
  'maxPerSession',
  'maxPerDay',
])

/** What a transaction does, from its calldata: contract, function, amounts. What is unknown is shown as bytes, not hidden. */
export function describeTransaction(
  { to, data, value }: Pick<TransactionRequest, 'to' | 'data' | 'value'>,
  known: KnownContracts,
): DescribedTransaction {
  const contract = contractOf(to, known)
  if (data === '0x') {
    return {
      headline: to ? `Send ${formatEther(value)} ETH to ${shortAddress(to)}` : 'Create an empty contract',
      contract: contract.name,
      functionName: null,
      fields: [],
    }
  }
  const call = contract.abi ? decode(contract.abi, data) : null
  if (!call) {
    return {
      headline: 'Call a contract with unreadable data',
      contract: contract.name,
      functionName: data.slice(0, 10),
      fields: [{ label: 'Data', value: data, isWarning: true }],
    }
  }
  return {
    headline: headlineOf(call.functionName, call.args, known),
    contract: contract.name,
    functionName: call.functionName,
    fields: call.args.map((argument) => ({
      label: argument.name,
      value: argumentWords(argument),
      isAddress: argument.type === 'address',
      isWarning: argument.value === MAX_UINT256,
    })),
  }
}

export type DescribedTypedData = { headline: string; domain: DescribedField[]; fields: DescribedField[] }

/** EIP-712 data: what it allows where that is known, its domain, its fields in order, nested ones by dotted names. */
export function describeTypedData(
  { types, primaryType, message, domain }: TypedDataToSign,
  known: KnownContracts,
): DescribedTypedData {
  const isUsdc = isSame(String(domain.verifyingContract ?? ''), known.usdcAddress)
  return {
    headline: isUsdc ? authorizationWords(primaryType, message, known) : `Sign ${primaryType}`,
    domain: Object.entries(domain).map(([label, value]) => ({ label, value: fieldWords(label, value) })),
    fields: fieldsOf({ types, type: primaryType, value: message, path: '', isUsdc }),
  }
}

function authorizationWords(
  primaryType: string,
  message: Record<string, unknown>,
  known: KnownContracts,
): string {
  const amount = usdcWords(toBigInt(message.value))
  const partyOf = (field: string) => partyWords(String(message[field] ?? ''), known)
  switch (primaryType) {
    case 'ReceiveWithAuthorization':
      return `Allow ${partyOf('to')} to take ${amount} once`
    case 'TransferWithAuthorization':
      return `Allow anybody to send ${amount} to ${partyOf('to')} once`
    case 'Permit':
      return `Allow ${partyOf('spender')} to take up to ${amount}`
    default:
      return `Sign ${primaryType} for USDC`
  }
}

type Typed = {
  types: TypedDataToSign['types']
  type: string
  value: Record<string, unknown>
  path: string
  isUsdc: boolean
}

function fieldsOf({ types, type, value, path, isUsdc }: Typed): DescribedField[] {
  return (types[type] ?? []).flatMap((field) => {
    const label = path + field.name
    const inner = value[field.name]
    if (types[field.type] && typeof inner === 'object' && inner !== null) {
      const nested = inner as Record<string, unknown>
      return fieldsOf({ types, type: field.type, value: nested, path: `${label}.`, isUsdc })
    }
    return [
      {
        label,
        value: isUsdc && field.name === 'value' ? usdcWords(toBigInt(inner)) : fieldWords(field.name, inner),
        isAddress: field.type === 'address',
      },
    ]
  })
}

function fieldWords(name: string, value: unknown): string {
  const words = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  const seconds = /^(validBefore|validAfter|deadline)$/.test(name) ? Number(words) : 0
  return seconds > 0 && seconds < 1e11 ? `${words} (${new Date(seconds * 1000).toISOString()})` : words
}

type Argument = { name: string; type: string; value: unknown }

function contractOf(to: string | null, known: KnownContracts): { name: string; abi: Abi | null } {
  if (!to) return { name: 'New contract', abi: null }
  if (isSame(to, known.usdcAddress)) return { name: 'USDC', abi: usdcAbi }
  if (isSame(to, known.settlementAddress)) return { name: 'LuxxonSettlement', abi: luxxonSettlementAbi }
  return { name: 'Unknown address', abi: null }
}

function decode(abi: Abi, data: Hex): { functionName: string; args: Argument[] } | null {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data })
    // Overloads of one name differ in their number of arguments.
    const item = abi.find(
      (each) => each.type === 'function' && each.name === functionName && each.inputs.length === args.length,
    )
    const inputs = item?.type === 'function' ? item.inputs : []
    return {
      functionName,
      args: args.map((value, index) => ({
        name: inputs[index]?.name || `argument ${index + 1}`,
        type: inputs[index]?.type ?? '',
        value,
      })),
    }
  } catch {
    return null
  }
}

function headlineOf(functionName: string, args: Argument[], known: KnownContracts): string {
  const amountOf = (index: number) => usdcWords(toBigInt(args[index]?.value))
  const partyOf = (index: number) => partyWords(String(args[index]?.value ?? ''), known)
  switch (functionName) {
    case 'approve':
      return toBigInt(args[1]?.value) === 0n
        ? `Allow ${partyOf(0)} to take no more USDC`
        : `Allow ${partyOf(0)} to take up to ${amountOf(1)}`
    case 'increaseAllowance':
      return `Allow ${partyOf(0)} to take ${amountOf(1)} more`
    case 'decreaseAllowance':
      return `Allow ${partyOf(0)} to take ${amountOf(1)} less`
    case 'deposit':
      return `Deposit ${amountOf(0)} into the pool`
    case 'withdraw':
      return `Withdraw ${amountOf(0)} from the pool`
    case 'transfer':
      return `Send ${amountOf(1)} to ${partyOf(0)}`
    case 'transferFrom':
      return `Take ${amountOf(2)} from ${partyOf(0)} for ${partyOf(1)}`
    case 'cancelAuthorization':
      return 'Cancel a signed authorization'
    case 'setGuard':
      return args[0]?.value
        ? 'Set the limits of what may be taken from the pool'
        : 'Lift the limits of the pool'
    case 'setOperator':
      return `${args[1]?.value ? 'Allow' : 'No longer allow'} ${partyOf(0)} as an operator`
    default:
      return `Call ${functionName}`
  }
}

function argumentWords({ name, type, value }: Argument): string {
  if (type === 'uint256' && USDC_UINTS.has(name)) return usdcWords(toBigInt(value))
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner))
  }
  return String(value)
}

function usdcWords(atomic: bigint): string {
  return atomic === MAX_UINT256 ? 'unlimited USDC' : `${formatUsdc(atomic)} USDC`
}

function toBigInt(value: unknown): bigint {
  try {
    return BigInt(value as string)
  } catch {
    return 0n
  }
}

const isSame = (left: string, right: string) => left.toLowerCase() === right.toLowerCase()

function partyWords(address: string, known: KnownContracts): string {
  if (isSame(address, known.settlementAddress)) return 'LuxxonSettlement'
  return isSame(address, known.usdcAddress) ? 'the USDC contract' : shortAddress(address)
}
