import { randomBytes } from 'node:crypto'
import { type Hex, recoverAddress, serializeSignature } from 'viem'
import { generatePrivateKey, privateKeyToAddress, sign } from 'viem/accounts'
import { expect, test } from 'vitest'
import { hasNativeSecp256k1, recoverSigner, signHash } from './secp256k1'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const randomHex = (bytes: number): Hex => `0x${randomBytes(bytes).toString('hex')}`
const outcomeOf = (work: Promise<string>) => work.catch(() => 'refused')

test('libsecp256k1 is used where the package has it for the platform', async () => {
  expect(await hasNativeSecp256k1()).toBe(
    ['linux-x64', 'darwin-arm64', 'win32-x64'].includes(`${process.platform}-${process.arch}`),
  )
})

test('signatures of 2,000 random hashes are the same bytes as viem makes, and recover to the key', async () => {
  for (let round = 0; round < 20; round += 1) {
    const privateKey = generatePrivateKey()
    const address = privateKeyToAddress(privateKey)
    for (let at = 0; at < 100; at += 1) {
      const hash = randomHex(32)
      const signature = await signHash({ hash, privateKey })
      if (at % 10 === 0) expect(signature).toBe(await sign({ hash, privateKey, to: 'hex' }))
      expect(await recoverSigner({ hash, signature })).toBe(address)
    }
  }
}, 60_000)

test('any 65 bytes recover to whom viem says, or are refused as there', async () => {
  const privateKey = generatePrivateKey()
  const hash = randomHex(32)
  const { r, s, yParity = 0 } = await sign({ hash, privateKey })
  const high = `0x${(ORDER - BigInt(s)).toString(16).padStart(64, '0')}` as Hex
  const odd: Hex[] = [
    serializeSignature({ r, s: high, yParity: yParity === 0 ? 1 : 0 }),
    serializeSignature({ r, s, yParity }).toUpperCase().replace('0X', '0x') as Hex,
    `${serializeSignature({ r, s, yParity }).slice(0, 130)}0${yParity}` as Hex,
    `${serializeSignature({ r, s, yParity }).slice(0, 130)}1d` as Hex,
    serializeSignature({ r, s, yParity }).slice(0, 130) as Hex,
    `0x${'00'.repeat(64)}1b`,
    `0x${'ff'.repeat(64)}1b`,
    `0x${'00'.repeat(32)}${s.slice(2)}1b`,
    `0x${r.slice(2)}${'00'.repeat(32)}1c`,
    '0x',
  ]
  for (const signature of [...odd, ...Array.from({ length: 300 }, () => `${randomHex(64)}1c` as Hex)]) {
    expect(await outcomeOf(recoverSigner({ hash, signature }))).toBe(
      await outcomeOf(recoverAddress({ hash, signature })),
    )
  }
}, 60_000)
