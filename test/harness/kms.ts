// AWS KMS over HTTP as far as managed wallets use it: JSON 1.1 with X-Amz-Target, real secp256k1 keys, signatures in DER.
import { createECDH, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { type Hex, hexToBigInt, numberToHex } from 'viem'
import { sign } from 'viem/accounts'
import {
  type Misbehaviour,
  SECP256K1_ORDER,
  type StandInAnswer,
  type StandInCall,
  startStandIn,
} from './stand-in-server'

export type StandInKms = {
  url: string
  /** Targets of every call so far. */
  calls: string[]
  keys: Map<string, Buffer>
  misbehave: (how: Misbehaviour | null) => void
  stop: () => Promise<void>
}

const ERRORS = {
  refuses: { status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } },
  away: { status: 500, body: { __type: 'KMSInternalException', message: 'try again' } },
  unauthenticated: {
    status: 400,
    body: { __type: 'UnrecognizedClientException', message: 'no such client' },
  },
} as const

export async function startKms(): Promise<StandInKms> {
  const keys: StandInKms['keys'] = new Map()
  const calls: string[] = []
  let how: Misbehaviour | null = null
  const server = await startStandIn(async (call) => {
    const target = String(call.headers['x-amz-target']).replace('TrentService.', '')
    calls.push(target)
    if (
      !/^AWS4-HMAC-SHA256 Credential=.+\/eu-central-1\/kms\/aws4_request/.test(
        String(call.headers.authorization),
      )
    ) {
      return ERRORS.unauthenticated
    }
    if (how === 'never' || (typeof how === 'object' && how)) return how
    if (how === 'refuses' || how === 'away' || how === 'unauthenticated') return ERRORS[how]
    return answer(target, call, keys, how)
  }, 'application/x-amz-json-1.1')
  return {
    ...server,
    calls,
    keys,
    misbehave: (next) => {
      how = next
    },
  }
}

async function answer(
  target: string,
  { body }: StandInCall,
  keys: StandInKms['keys'],
  how: Misbehaviour | null,
): Promise<StandInAnswer> {
  if (target === 'CreateKey') {
    const [used] = how === 'usedKey' ? keys.keys() : []
    if (used) return { status: 200, body: { KeyMetadata: { Arn: used } } }
    if (body.KeySpec !== 'ECC_SECG_P256K1' || body.KeyUsage !== 'SIGN_VERIFY')
      throw new Error('a key of another kind')
    const arn = `arn:aws:kms:eu-central-1:111122223333:key/${randomUUID()}`
    const curve = createECDH('secp256k1')
    curve.generateKeys()
    keys.set(arn, Buffer.from(curve.getPrivateKey('hex').padStart(64, '0'), 'hex'))
    return { status: 200, body: { KeyMetadata: { Arn: arn, KeyId: arn.split('/')[1] } } }
  }
  const privateKey = keys.get(String(body.KeyId))
  if (!privateKey) return { status: 400, body: { __type: 'NotFoundException', message: 'no such key' } }
  if (target === 'GetPublicKey') {
    const spki = how === 'otherCurve' ? spkiOfP256() : spkiOf(privateKey)
    return { status: 200, body: { PublicKey: spki.toString('base64') } }
  }
  if (target !== 'Sign' || body.MessageType !== 'DIGEST' || body.SigningAlgorithm !== 'ECDSA_SHA_256') {
    throw new Error('asked for something else')
  }
  const digest = Buffer.from(String(body.Message), 'base64')
  if (digest.length !== 32) throw new Error('not a digest')
  return { status: 200, body: { Signature: (await signDer(digest, privateKey, how)).toString('base64') } }
}

async function signDer(digest: Buffer, privateKey: Buffer, how: Misbehaviour | null): Promise<Buffer> {
  if (how === 'garbage') return Buffer.from('3006020100020100', 'hex')
  const key: Hex = how === 'otherKey' ? `0x${'11'.repeat(32)}` : `0x${privateKey.toString('hex')}`
  const { r, s } = await sign({ hash: `0x${digest.toString('hex')}`, privateKey: key })
  const low = hexToBigInt(s)
  const parts = Buffer.concat([
    integer(hexToBigInt(r)),
    integer(how === 'highS' ? SECP256K1_ORDER - low : low),
  ])
  return Buffer.concat([Buffer.from([0x30, parts.length]), parts])
}

function integer(value: bigint): Buffer {
  const hex = numberToHex(value).slice(2)
  const even = hex.length % 2 ? `0${hex}` : hex
  const bytes = Buffer.from(Number.parseInt(even.slice(0, 2), 16) > 127 ? `00${even}` : even, 'hex')
  return Buffer.concat([Buffer.from([0x02, bytes.length]), bytes])
}

const spkiOfP256 = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' })

function spkiOf(privateKey: Buffer): Buffer {
  const curve = createECDH('secp256k1')
  curve.setPrivateKey(privateKey)
  const point = curve.getPublicKey()
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'secp256k1',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  })
  return key.export({ format: 'der', type: 'spki' })
}
