import { type Address, type Hex, isAddressEqual, type LocalAccount, type TypedDataDefinition } from 'viem'
import { hashTypedData } from './hash-typed-data'
import { recoverSigner } from './secp256k1'

/** Signs EIP-712 typed data for one address, and nothing else: no transaction and no message can be asked of it. */
export type Signer = Pick<LocalAccount, 'address' | 'signTypedData'>

/**
 * `unavailable` and `timeout`: ask again later; an answer that holds no signature is as good as none. `no_key`: this process is not
 * configured for the key. `denied`: the service does not let us use the key, until a person changes that. `refused`: it will never sign
 * this very request. `wrong_signature`: what came back is not of this key, or not in the one form that USDC takes.
 */
export type SignerErrorKind = 'unavailable' | 'timeout' | 'no_key' | 'denied' | 'refused' | 'wrong_signature'

/** Why there is no signature. The text is safe to log: it holds no key, no signature and no endpoint. */
export class SignerError extends Error {
  override readonly name = 'SignerError'
  readonly kind: SignerErrorKind

  constructor(kind: SignerErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.kind = kind
  }
}

/** Typed data and its EIP-712 digest: what a signature is asked over and checked against. */
type ToSign = { typedData: TypedDataDefinition; hash: Hex }

type SignerParts = {
  address: Address
  /** Gives 65 bytes r, s, v. Throws a `SignerError`; any other error counts as `unavailable`. */
  sign: (toSign: ToSign, signal: AbortSignal) => Promise<Hex>
  timeoutMilliseconds?: number
}

const SIGN_TIMEOUT_MILLISECONDS = 10_000
/** Half of the order of secp256k1: USDC refuses an s above it. */
const HIGHEST_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/**
 * A signer whose every signature is recovered and compared with its address before anybody sees it. Throws `SignerError`; a signer
 * that does not answer in time is given up, and what it answers later is lost.
 */
export function createSigner({
  address,
  sign,
  timeoutMilliseconds = SIGN_TIMEOUT_MILLISECONDS,
}: SignerParts): Signer {
  return {
    address,
    signTypedData: async (parameters) => {
      const typedData = parameters as unknown as TypedDataDefinition
      const hash = digestOf(typedData)
      const signature = await withinTime((signal) => sign({ typedData, hash }, signal), timeoutMilliseconds)
      await assertSignature({ address, hash, signature })
      return signature
    },
  }
}

function digestOf(typedData: TypedDataDefinition): Hex {
  try {
    return hashTypedData(typedData)
  } catch (cause) {
    throw new SignerError('refused', 'what is to be signed is malformed', { cause })
  }
}

async function withinTime(ask: (signal: AbortSignal) => Promise<Hex>, milliseconds: number): Promise<Hex> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SignerError('timeout', `no signature within ${milliseconds} ms`))
      controller.abort()
    }, milliseconds)
  })
  try {
    return await Promise.race([ask(controller.signal), late])
  } catch (error) {
    if (error instanceof SignerError) throw error
    throw new SignerError('unavailable', 'the signer does not answer', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

async function assertSignature({
  address,
  hash,
  signature,
}: {
  address: Address
  hash: Hex
  signature: Hex
}): Promise<void> {
  if (!/^0x[0-9a-f]{130}$/i.test(signature)) {
    throw new SignerError('unavailable', 'the signer gave something that is no signature')
  }
  const v = Number.parseInt(signature.slice(130), 16)
  if (v !== 27 && v !== 28)
    throw new SignerError('wrong_signature', 'the signature has a v that USDC refuses')
  if (BigInt(`0x${signature.slice(66, 130)}`) > HIGHEST_S) {
    throw new SignerError('wrong_signature', 'the signature has a high s, which USDC refuses')
  }
  const signer = await recoverSigner({ hash, signature }).catch(() => null)
  if (!signer || !isAddressEqual(signer, address)) {
    throw new SignerError('wrong_signature', `the signature is not of ${address}`)
  }
}
