import {
  createPublicClient,
  createWalletClient,
  custom,
  encodeFunctionData,
  http,
  parseEther,
  recoverMessageAddress,
  recoverTypedDataAddress,
  toHex,
} from 'viem'
import { foundry } from 'viem/chains'
import { beforeEach, describe, expect, test } from 'vitest'
import { localSettlementAddress, localUsdcAddress } from '@/domain/abi/local-addresses'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { localDemoAccounts } from '@/domain/local-accounts'
import { buildReceiveAuthorization } from '@/domain/usdc-authorization'
import { createRequestQueue } from './request-queue'
import { createRpcSend } from './rpc-send'
import { createTestWalletKeyring } from './test-wallet-keyring'
import { createTestWalletProvider } from './test-wallet-provider'

const rpcUrl = process.env.RPC_URL ?? ''
const client = createPublicClient({ chain: foundry, transport: http(rpcUrl), pollingInterval: 20 })
const [owner, approver] = localDemoAccounts

function open(storage = memory()) {
  const queue = createRequestQueue()
  const keyring = createTestWalletKeyring(storage)
  const provider = createTestWalletProvider({
    chainId: foundry.id,
    keyring,
    ask: queue.ask,
    send: createRpcSend(rpcUrl),
  })
  const first = async () => {
    await expect.poll(() => queue.list().length).toBeGreaterThan(0)
    const [request] = queue.list()
    if (!request) throw new Error('nothing waits')
    return request
  }
  const connect = async (address: `0x${string}` = owner.address) => {
    const accounts = provider.request({ method: 'eth_requestAccounts' })
    ;(await first()).answer(address)
    return accounts
  }
  return { queue, keyring, provider, storage, first, connect }
}

let wallet: ReturnType<typeof open>
beforeEach(() => {
  wallet = open()
})

test('shows no account before a person connects, the chosen one after, and still after a reload', async () => {
  expect(await wallet.provider.request({ method: 'eth_accounts' })).toEqual([])
  expect(await wallet.connect(approver.address)).toEqual([approver.address])
  const reloaded = open(wallet.storage)
  expect(await reloaded.provider.request({ method: 'eth_accounts' })).toEqual([approver.address])
  expect(reloaded.queue.list()).toEqual([])
})

test('declining to connect is 4001 and leaves the site unconnected', async () => {
  const asked = wallet.provider.request({ method: 'eth_requestAccounts' })
  const answered = expect(asked).rejects.toMatchObject({ code: 4001 })
  ;(await wallet.first()).answer(null)
  await answered
  expect(await wallet.provider.request({ method: 'eth_accounts' })).toEqual([])
})

test('signs a message with the connected account only', async () => {
  await wallet.connect()
  const message = toHex('Sign in to Bursar')
  const signing = wallet.provider.request({ method: 'personal_sign', params: [message, owner.address] })
  const waiting = await wallet.first()
  expect(waiting.request).toEqual({ kind: 'message', from: owner.address, text: 'Sign in to Bursar' })
  waiting.answer(owner.address)
  const signature = (await signing) as `0x${string}`
  expect(await recoverMessageAddress({ message: { raw: message }, signature })).toBe(owner.address)
  await expect(
    wallet.provider.request({ method: 'personal_sign', params: [message, approver.address] }),
  ).rejects.toMatchObject({ code: 4100 })
})

test('signs EIP-712 data of this chain and refuses that of another', async () => {
  await wallet.connect()
  const build = (chainId: number) =>
    buildReceiveAuthorization({
      chainId,
      usdcAddress: localUsdcAddress,
      usdcDomainName: 'USD Coin',
      from: owner.address,
      to: localSettlementAddress,
      value: 5_000_000n,
      validAfter: 0n,
      validBefore: 2_000_000_000n,
      nonce: `0x${'01'.repeat(32)}`,
    })
  const typedData = build(foundry.id)
  const viem = createWalletClient({
    account: owner.address,
    chain: foundry,
    transport: custom(wallet.provider),
  })
  const signing = viem.signTypedData(typedData)
  ;(await wallet.first()).answer(owner.address)
  expect(await recoverTypedDataAddress({ ...typedData, signature: await signing })).toBe(owner.address)
  await expect(viem.signTypedData(build(8453))).rejects.toThrow(/chain 8453/)
})

describe('transactions', () => {
  test('are signed here, sent raw and mined; two confirmed in a row do not share a nonce', async () => {
    await wallet.connect()
    const send = () =>
      wallet.provider.request({
        method: 'eth_sendTransaction',
        params: [{ from: owner.address, to: approver.address, value: toHex(parseEther('0.01')) }],
      })
    const sent = [send(), send()]
    await expect.poll(() => wallet.queue.list().length).toBe(2)
    for (const { answer } of wallet.queue.list()) answer(owner.address)
    const hashes = (await Promise.all(sent)) as `0x${string}`[]
    const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })))
    expect(receipts.map(({ status }) => status)).toEqual(['success', 'success'])
    const transactions = await Promise.all(hashes.map((hash) => client.getTransaction({ hash })))
    expect(Math.abs((transactions[0]?.nonce ?? 0) - (transactions[1]?.nonce ?? 0))).toBe(1)
  })

  test('that the chain would refuse say so before they are confirmed, and can still be sent', async () => {
    await wallet.connect()
    const data = encodeFunctionData({
      abi: luxxonSettlementAbi,
      functionName: 'withdraw',
      args: [2n ** 200n],
    })
    const sending = wallet.provider.request({
      method: 'eth_sendTransaction',
      params: [{ from: owner.address, to: localSettlementAddress, data }],
    })
    const waiting = await wallet.first()
    expect(waiting.request).toMatchObject({
      kind: 'transaction',
      transaction: { refusal: expect.stringMatching(/pool holds/) },
    })
    waiting.answer(owner.address)
    const receipt = await client.waitForTransactionReceipt({ hash: (await sending) as `0x${string}` })
    expect(receipt.status).toBe('reverted')
  })

  test('declined: 4001, and the account’s nonce is untouched', async () => {
    await wallet.connect()
    const before = await client.getTransactionCount({ address: owner.address })
    const sending = wallet.provider.request({
      method: 'eth_sendTransaction',
      params: [{ from: owner.address, to: approver.address, value: '0x1' }],
    })
    const answered = expect(sending).rejects.toMatchObject({ code: 4001 })
    ;(await wallet.first()).answer(null)
    await answered
    expect(await client.getTransactionCount({ address: owner.address, blockTag: 'pending' })).toBe(before)
  })
})

test('switching the account and disconnecting announce themselves', async () => {
  await wallet.connect()
  const seen: unknown[] = []
  let disconnected = 0
  wallet.provider.on('disconnect', () => {
    disconnected += 1
  })
  wallet.provider.on('accountsChanged', (accounts) => seen.push(accounts))
  wallet.keyring.select(approver.address)
  const burner = wallet.keyring.addBurner()
  await wallet.provider.request({ method: 'wallet_revokePermissions' })
  expect(seen).toEqual([[approver.address], [burner.address], []])
  expect(disconnected).toBe(1)
})

test('asking for permissions again lets a person change the account, and names it', async () => {
  await wallet.connect()
  const asked = wallet.provider.request({
    method: 'wallet_requestPermissions',
    params: [{ eth_accounts: {} }],
  })
  ;(await wallet.first()).answer(approver.address)
  expect(await asked).toMatchObject([{ caveats: [{ value: [approver.address] }] }])
  expect(await wallet.provider.request({ method: 'eth_accounts' })).toEqual([approver.address])
})

test('a tab that reloads its keys sees what another tab stored and does not lose it', async () => {
  const other = open(wallet.storage)
  const burner = other.keyring.addBurner()
  wallet.keyring.reload()
  wallet.keyring.select(owner.address)
  expect(open(wallet.storage).keyring.signerOf(burner.address)?.address).toBe(burner.address)
})

test('batches are unsupported, another chain is unknown, the node never signs, the rest goes to the node', async () => {
  const refused = (method: string, params: unknown[] = []) =>
    wallet.provider.request({ method, params }).then(
      () => null,
      (error: { code: number }) => error.code,
    )
  expect(await refused('wallet_getCapabilities')).toBe(4200)
  expect(await refused('wallet_sendCalls')).toBe(4200)
  expect(await refused('eth_sign', [owner.address, '0x00'])).toBe(4200)
  expect(await refused('wallet_switchEthereumChain', [{ chainId: '0x2105' }])).toBe(4902)
  expect(
    await wallet.provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: '0x7a69' }] }),
  ).toBeNull()
  expect(await wallet.provider.request({ method: 'eth_blockNumber' })).toMatch(/^0x/)
})

function memory() {
  const entries = new Map<string, string>()
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  }
}
