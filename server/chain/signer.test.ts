import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { signHash } from './secp256k1'
import { createSigner } from './signer'

const privateKey = generatePrivateKey()
const { address, signTypedData } = privateKeyToAccount(privateKey)
const build = (value: bigint) =>
  buildTransferAuthorization({
    chainId: 31337,
    usdcAddress: address,
    usdcDomainName: 'USD Coin',
    from: address,
    to: address,
    value,
    validAfter: 0n,
    validBefore: 1n,
    nonce: `0x${'ab'.repeat(32)}`,
  })

test('what is malformed is refused for good, and no signer is asked for it', async () => {
  let asked = 0
  const signer = createSigner({
    address,
    sign: ({ hash }) => {
      asked += 1
      return signHash({ hash, privateKey })
    },
  })
  await expect(signer.signTypedData(build(-1n))).rejects.toMatchObject({
    name: 'SignerError',
    kind: 'refused',
  })
  expect(asked).toBe(0)
  expect(await signer.signTypedData(build(1n))).toBe(await signTypedData(build(1n)))
  expect(asked).toBe(1)
})
