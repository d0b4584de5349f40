import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { openChain, testAddress } from '@/test/harness/chain'
import { verifyMessageSignature, verifyTypedDataSignature } from '.'

const chain = openChain()
const account = privateKeyToAccount(generatePrivateKey())
const message = 'console.example.com wants you to sign in'

test('the signature of a key is accepted for its address and its text only', async () => {
  const signature = await account.signMessage({ message })
  expect(await verifyMessageSignature({ address: account.address, message, signature })).toBe(true)
  expect(await verifyMessageSignature({ address: account.address, message: `${message}!`, signature })).toBe(
    false,
  )
  expect(await verifyMessageSignature({ address: testAddress(1), message, signature })).toBe(false)
  expect(await verifyMessageSignature({ address: account.address, message, signature: '0x1234' })).toBe(false)
})

test('typed data is accepted for its exact content only', async () => {
  const typedData = {
    domain: { name: 'Bursar', version: '1', chainId: 31337 },
    types: { Note: [{ name: 'text', type: 'string' }] },
    primaryType: 'Note',
    message: { text: 'one' },
  } as const
  const signature = await account.signTypedData(typedData)
  const { address } = account
  expect(await verifyTypedDataSignature({ address, typedData, signature })).toBe(true)
  const other = { ...typedData, message: { text: 'two' } }
  expect(await verifyTypedDataSignature({ address, typedData: other, signature })).toBe(false)
})

test('a contract decides about its own signatures (ERC-1271)', async () => {
  const [yes, no] = [testAddress(7), testAddress(8)]
  // Returns the magic value for every call: PUSH4 0x1626ba7e, shifted to the left end of a word.
  await chain.client.setCode({ address: yes, bytecode: '0x631626ba7e60e01b60005260206000f3' })
  await chain.client.setCode({ address: no, bytecode: '0x60006000fd' })
  const signature = await account.signMessage({ message })
  expect(await verifyMessageSignature({ address: yes, message, signature })).toBe(true)
  expect(await verifyMessageSignature({ address: no, message, signature })).toBe(false)
})
