import { encodeFunctionData, type Hex, multicall3Abi, parseAbi, parseErc6492Signature } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { storedAddress } from '@/domain/address'
import { multicall3Address, x402UptoPermit2ProxyAddress } from '@/domain/canonical-addresses'
import type { RelayCall } from '@/server/chain'
import { env } from '@/server/core/env'
import type { DuePayment } from './due-payment-repository'
import { exactPayload, uptoPayload } from './payment-payload'

const proxyAbi = parseAbi([
  'struct TokenPermissions { address token; uint256 amount; }',
  'struct PermitTransferFrom { TokenPermissions permitted; uint256 nonce; uint256 deadline; }',
  'struct Witness { address to; address facilitator; uint256 validAfter; }',
  'function settle(PermitTransferFrom permit, uint256 amount, address owner, Witness witness, bytes signature)',
])

// Measured 95,101 (`exact`, the payee's first) and 93,310 (`upto`) on the local chain; the rest is room for USDC's proxy and for
// a contract wallet's own check of its signature.
const EXACT_GAS_LIMIT = 250_000n
const UPTO_GAS_LIMIT = 350_000n
// Room for the factory to create a proxy wallet with its first owners.
const DEPLOYMENT_GAS_LIMIT = 500_000n

type Settlement = {
  call: RelayCall
  /** The only address that may send it; null when anybody may. */
  sender: `0x${string}` | null
}

/** The transaction that settles a payment in full. */
export function encodeSettlement(due: DuePayment): Settlement {
  return due.scheme === 'exact' ? encodeExact(due) : encodeUpto(due)
}

function encodeExact({ payload }: DuePayment): Settlement {
  const { signature: wrapped, authorization } = exactPayload.parse(payload.payload)
  const { signature, address: factory, data: deployment } = parseErc6492Signature(wrapped)
  const data = encodeFunctionData({
    abi: usdcAbi,
    functionName: 'transferWithAuthorization',
    args: [
      authorization.from,
      authorization.to,
      authorization.value,
      authorization.validAfter,
      authorization.validBefore,
      authorization.nonce,
      signature,
    ],
  })
  const transfer = { to: env().USDC_ADDRESS, data, gasLimit: EXACT_GAS_LIMIT }
  const call = factory && deployment ? deployFirst(transfer, { factory, deployment }) : transfer
  return { call, sender: null }
}

/** A wallet that is not deployed yet cannot be asked about its signature; its factory, one of the allowed, is called before. */
function deployFirst(
  transfer: RelayCall,
  { factory, deployment }: { factory: `0x${string}`; deployment: Hex },
): RelayCall {
  const data = encodeFunctionData({
    abi: multicall3Abi,
    functionName: 'aggregate3',
    // It may be deployed by now: then the factory's refusal changes nothing.
    args: [
      [
        { target: factory, allowFailure: true, callData: deployment },
        { target: transfer.to, allowFailure: false, callData: transfer.data },
      ],
    ],
  })
  return { to: multicall3Address, data, gasLimit: transfer.gasLimit + DEPLOYMENT_GAS_LIMIT }
}

function encodeUpto(due: DuePayment): Settlement {
  const { witness } = uptoPayload.parse(due.payload.payload).permit2Authorization
  const data = encodeUptoCall(due)
  return {
    call: { to: x402UptoPermit2ProxyAddress, data, gasLimit: UPTO_GAS_LIMIT },
    sender: storedAddress(witness.facilitator),
  }
}

function encodeUptoCall({ payload, amount }: DuePayment): Hex {
  const { signature, permit2Authorization: permit } = uptoPayload.parse(payload.payload)
  return encodeFunctionData({
    abi: proxyAbi,
    functionName: 'settle',
    args: [
      { permitted: permit.permitted, nonce: permit.nonce, deadline: permit.deadline },
      amount,
      permit.from,
      permit.witness,
      signature,
    ],
  })
}

const SELECTOR_BYTES = 4
const WORD_BYTES = 32
/** token, permitted amount, nonce, deadline: what names one Permit2 permission in the calldata of its settlement. */
const PERMIT_WORDS = 4

/** The part of an `upto` settlement's calldata that belongs to this payment alone, without `0x`. */
export function uptoPermitWords(due: DuePayment): string {
  const start = 2 + SELECTOR_BYTES * 2
  return encodeUptoCall(due).slice(start, start + PERMIT_WORDS * WORD_BYTES * 2)
}
