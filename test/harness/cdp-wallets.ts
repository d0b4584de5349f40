// Coinbase's server wallets over HTTP as far as managed wallets use them: both JWTs are checked, signatures are of real keys.
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { jwtVerify } from 'jose'
import { hexToBigInt, numberToHex, parseSignature, serializeSignature } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import {
  type Misbehaviour,
  SECP256K1_ORDER,
  type StandInAnswer,
  type StandInCall,
  startStandIn,
} from './stand-in-server'

export type StandInCdp = {
  /** What CDP_API_URL names. */
  url: string
  /** The environment that this service accepts. */
  environment: { CDP_API_KEY_ID: string; CDP_API_KEY_SECRET: string; CDP_WALLET_SECRET: string }
  accounts: Map<string, PrivateKeyAccount>
  misbehave: (how: Misbehaviour | null) => void
  stop: () => Promise<void>
}

export async function startCdp(): Promise<StandInCdp> {
  const accounts: StandInCdp['accounts'] = new Map()
  const [apiKey, walletKey] = [newKey(), newKey()]
  const keyId = `organizations/test/apiKeys/${randomUUID()}`
  let how: Misbehaviour | null = null
  const server = await startStandIn(async (call) => {
    const isKnown = await isAuthentic(call, { apiKey: apiKey.publicKey, walletKey: walletKey.publicKey })
    if (!isKnown || how === 'unauthenticated') return problem(401, 'unauthorized')
    if (how === 'never' || (typeof how === 'object' && how)) return how
    if (how === 'refuses') return problem(403, 'forbidden')
    if (how === 'away') return problem(503, 'service_unavailable')
    return answer(call, accounts, how)
  })
  return {
    ...server,
    url: `${server.url}/platform`,
    accounts,
    environment: {
      CDP_API_KEY_ID: keyId,
      CDP_API_KEY_SECRET: apiKey.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      CDP_WALLET_SECRET: walletKey.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    },
    misbehave: (next) => {
      how = next
    },
  }
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
type PublicKey = ReturnType<typeof newKey>['publicKey']

const problem = (status: number, errorType: string) => ({
  status,
  body: { errorType, errorMessage: errorType },
})

async function isAuthentic(
  { method, path, host, headers, body }: StandInCall,
  keys: { apiKey: PublicKey; walletKey: PublicKey },
): Promise<boolean> {
  const uri = `${method} ${host}${path}`
  try {
    const bearer = String(headers.authorization).replace('Bearer ', '')
    const { payload: caller } = await jwtVerify(bearer, keys.apiKey)
    const { payload: wallet } = await jwtVerify(String(headers['x-wallet-auth']), keys.walletKey)
    const hash = createHash('sha256')
      .update(JSON.stringify(sorted(body)))
      .digest('hex')
    return (
      (caller.uris as string[]).includes(uri) &&
      (wallet.uris as string[]).includes(uri) &&
      wallet.reqHash === hash
    )
  } catch {
    return false
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}

async function answer(
  { path, body }: StandInCall,
  accounts: StandInCdp['accounts'],
  how: Misbehaviour | null,
): Promise<StandInAnswer> {
  if (path === '/platform/v2/evm/accounts') {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,34}[A-Za-z0-9]$/.test(String(body.name)))
      return problem(400, 'invalid_request')
    const [used] = how === 'usedKey' ? accounts.values() : []
    const account = used ?? privateKeyToAccount(generatePrivateKey())
    accounts.set(account.address, account)
    return { status: 201, body: { address: account.address, name: body.name } }
  }
  const [, address = ''] = /\/v2\/evm\/accounts\/(0x[0-9a-fA-F]{40})\/sign\/typed-data$/.exec(path) ?? []
  const account = how === 'otherKey' ? privateKeyToAccount(generatePrivateKey()) : accounts.get(address)
  if (!account) return problem(404, 'not_found')
  const typedData = body as Parameters<typeof account.signTypedData>[0]
  if (!typedData.types?.EIP712Domain) return problem(400, 'invalid_request')
  if (how === 'garbage') return { status: 200, body: { signature: '0x00' } }
  const signature = await account.signTypedData(typedData)
  return { status: 200, body: { signature: how === 'highS' ? raised(signature) : signature } }
}

/** The same signature with the other s: valid for the curve, refused by Ethereum's contracts. */
function raised(signature: `0x${string}`): `0x${string}` {
  const { r, s, yParity } = parseSignature(signature)
  return serializeSignature({
    r,
    s: numberToHex(SECP256K1_ORDER - hexToBigInt(s), { size: 32 }),
    yParity: 1 - yParity,
  })
}
