import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, expect, test } from 'vitest'
import { env } from '@/server/core/env'
import { openChain, testAddress } from '@/test/harness/chain'
import { type Fault, startFaultyRpc } from '@/test/harness/faulty-rpc'
import { verifyMessageSignature, verifyTypedDataSignature } from '.'
import { createRpc } from './rpc'

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

const faulty = await startFaultyRpc({ target: env().RPC_URL, seed: 6, only: 'eth_call' })
afterAll(() => faulty.stop())

test.each<Fault>(['too_many_requests', 'bad_gateway', 'html', 'cut_body', 'refused', 'empty_result'])(
  'an endpoint that fails the check alone (%s) says nothing about the signature',
  async (fault) => {
    const wallet = testAddress(9)
    await chain.client.setCode({ address: wallet, bytecode: '0x631626ba7e60e01b60005260206000f3' })
    const signature = await account.signMessage({ message })
    const clients = createRpc({ urls: [faulty.url], network: 'local', timeoutMilliseconds: 20_000 })
    const verify = () => verifyMessageSignature({ address: wallet, message, signature, clients })
    faulty.set({ faults: [fault], rate: 1 })
    await expect(verify()).rejects.toMatchObject({ code: 'dependency_unavailable' })
    faulty.set({ rate: 0 })
    expect(await verify()).toBe(true)
    await chain.client.setCode({ address: wallet, bytecode: '0x60006000fd' })
    expect(await verify()).toBe(false)
    await chain.client.setCode({ address: wallet, bytecode: '0x600060005260206000f3' })
    expect(await verify()).toBe(false)
  },
  60_000,
)

test.each([
  ['ERC-8010', '8010'],
  ['ERC-6492', '6492'],
])('a signature in a wrapper (%s) that holds nothing is refused', async (_, magic) => {
  const wallet = testAddress(8)
  await chain.client.setCode({ address: wallet, bytecode: '0x60006000fd' })
  for (const inner of ['', '00'.repeat(32), 'ff'.repeat(96)]) {
    const signature = `0x${inner}${magic.repeat(16)}` as const
    expect(await verifyMessageSignature({ address: wallet, message, signature })).toBe(false)
  }
})
