import { randomUUID } from 'node:crypto'
import { getTypesForEIP712Domain, type Hex, type TypedDataDefinition } from 'viem'
import { z } from 'zod'
import { checksummed } from '@/domain/address'
import { addressSchema } from '@/domain/address-schema'
import { createSigner, type Signer, SignerError, type SignerErrorKind } from '@/server/chain'
import { env } from '@/server/core/env'
import type { ManagedWallet, NewKey, SigningOptions } from './managed-wallet'

const ANSWER_MILLISECONDS = 10_000

const accountAnswer = z.object({ address: addressSchema, name: z.string().optional() })
// What the service itself says; another 400 is of something on the way to it.
const problemAnswer = z.object({ errorType: z.string() })
const signatureAnswer = z.object({ signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/) })

/** Signs with a server wallet of the Coinbase Developer Platform, which shows what it signs to the policies that are set there. */
export function createCdpSigner(wallet: ManagedWallet, options: SigningOptions = {}): Signer {
  const address = checksummed(wallet.address)
  return createSigner({
    ...options,
    address,
    sign: async ({ typedData }, signal) => {
      const { signature } = await post({
        path: `/v2/evm/accounts/${address}/sign/typed-data`,
        body: describeTypedData(typedData),
        answer: signatureAnswer,
        signal,
      })
      return signature as Hex
    },
  })
}

/** Makes an account at Coinbase and answers its address. Throws `SignerError`; a repeat by the same id makes no second account. */
export async function createCdpAccount(): Promise<NewKey> {
  const id = randomUUID()
  const name = `bursar-${id.slice(0, 28)}`
  const { address } = await post({
    path: '/v2/evm/accounts',
    body: { name },
    answer: accountAnswer,
    idempotencyKey: id,
    signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
  })
  return { signer: 'cdp', address, keyReference: name }
}

type Call<Answer> = {
  path: string
  body: Record<string, unknown>
  answer: z.ZodType<Answer>
  signal: AbortSignal
  idempotencyKey?: string
}

async function post<Answer>({ path, body, answer, signal, idempotencyKey }: Call<Answer>): Promise<Answer> {
  const url = new URL(`${env().CDP_API_URL}${path}`)
  const headers = {
    ...(await signCall(url, body)),
    'content-type': 'application/json',
    ...(idempotencyKey && { 'x-idempotency-key': idempotencyKey }),
  }
  // The bearer must not follow a redirect.
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    redirect: 'error',
    signal,
  }).catch((cause: unknown) => {
    throw new SignerError('unavailable', 'Coinbase does not answer', { cause })
  })
  const content: unknown = await response.json().catch(() => null)
  if (!response.ok) throw refusal(response.status, content)
  const parsed = answer.safeParse(content)
  if (!parsed.success) throw new SignerError('unavailable', 'Coinbase gave an answer that is none')
  return parsed.data
}

/** Only what names this very request is for good; rights, bills, policies and accounts are set right by people. */
function refusal(status: number, content: unknown): SignerError {
  return new SignerError(kindOf(status, content), `Coinbase answered ${status}`)
}

function kindOf(status: number, content: unknown): SignerErrorKind {
  if (status === 401) return 'no_key'
  if (status === 402 || status === 403 || status === 404) return 'denied'
  if (status !== 400 && status !== 422) return 'unavailable'
  return problemAnswer.safeParse(content).success ? 'refused' : 'unavailable'
}

/** Two JWTs for this one call: the API key's, and the wallet secret's over the body. */
async function signCall(url: URL, body: Record<string, unknown>): Promise<Record<string, string>> {
  const { CDP_API_KEY_ID, CDP_API_KEY_SECRET, CDP_WALLET_SECRET } = env()
  if (!CDP_API_KEY_ID || !CDP_API_KEY_SECRET || !CDP_WALLET_SECRET) {
    throw new SignerError(
      'no_key',
      'CDP_API_KEY_ID, CDP_API_KEY_SECRET or CDP_WALLET_SECRET is not set in this process',
    )
  }
  const { generateJwt, generateWalletJwt } = await import('@coinbase/cdp-sdk/auth')
  const call = { requestMethod: 'POST', requestHost: url.host, requestPath: url.pathname }
  const [bearer, walletAuth] = await Promise.all([
    generateJwt({ ...call, apiKeyId: CDP_API_KEY_ID, apiKeySecret: CDP_API_KEY_SECRET }),
    generateWalletJwt({ ...call, walletSecret: CDP_WALLET_SECRET, requestData: body }),
  ]).catch((cause: unknown) => {
    throw new SignerError('no_key', 'the keys of Coinbase are not of a form that signs', { cause })
  })
  return { authorization: `Bearer ${bearer}`, 'x-wallet-auth': walletAuth }
}

/** As the service reads it: the domain's type spelled out, whole numbers as decimal strings. */
function describeTypedData({
  domain,
  types,
  primaryType,
  message,
}: TypedDataDefinition): Record<string, unknown> {
  const spelled = {
    domain,
    types: { EIP712Domain: getTypesForEIP712Domain({ domain }), ...types },
    primaryType,
    message,
  }
  return JSON.parse(
    JSON.stringify(spelled, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Record<string, unknown>
}
