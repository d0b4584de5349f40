import { encodeFunctionData, erc20Abi, type Hex } from 'viem'
import { expect, test } from 'vitest'
import { checksummed, storedAddress } from '@/domain/address'
import { multicall3Address } from '@/domain/canonical-addresses'
import { localAdminAddress } from '@/domain/local-accounts'
import { MAX_UINT256 } from '@/domain/money'
import { compileContracts, compileTestContract } from '@/scripts/contracts/compile'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { openChain } from '@/test/harness/chain'
import {
  balanceOf,
  claim,
  claimed,
  countTransfers,
  createPayer,
  depositsOf,
  receiveAddress,
  sendDeposit,
} from '@/test/harness/deposits'
import { createTestAgent, randomAddress } from '@/test/harness/factories'
import { addMember, expectProblem, newAccount, newPerson, rest, trpc } from '@/test/harness/people'
import { until } from '@/test/harness/until'

const USDC = 1_000_000n
const chain = openChain()

test('the receive address names the rules and the wallets of this agent', async () => {
  const payer = await createPayer({ usdc: 0n })
  const response = await rest('GET', '/api/v1/balance/deposit/receive-address', {
    origin: null,
    headers: payer.headers,
  })
  expect(await response.json()).toEqual({
    receive_address: checksummed(receiveAddress()),
    chain_id: 31337,
    asset_address: checksummed(env().USDC_ADDRESS),
    min_usd: '1',
    confirmations_required: 6,
    linked_wallets: [checksummed(payer.wallet)],
  })
})

test('five USDC from a linked wallet are credited once they are six blocks deep, and a repeat answers the same', async () => {
  const payer = await createPayer()
  const hash = await sendDeposit(payer.wallet, 5n * USDC)
  const answer = await claimed(payer, hash.toUpperCase().replace('0X', '0x'))
  expect(answer).toMatchObject({
    amount_usd: '5',
    amount_atomic: '5000000',
    virtual_balance_usd: '5',
    tx_hash: hash,
    chain_id: 31337,
    sender: checksummed(payer.wallet),
  })
  expect(answer.deposits).toHaveLength(1)
  expect(await claimed(payer, hash)).toEqual(answer)
  await claimed(payer, await sendDeposit(payer.wallet, 2n * USDC))
  expect(await claimed(payer, hash)).toEqual(answer)
  expect(await balanceOf(payer.agentId)).toBe(7n * USDC)
  expect(await countTransfers(hash)).toEqual({ deposits: 1, reversals: 0 })
})

test('of several transfers in one transaction each agent gets its own, and the answer is their sum', async () => {
  const [one, other] = [await createPayer(), await createPayer()]
  const stranger = randomAddress()
  await chain.fund(stranger, 10n * USDC)
  for (const wallet of [one.wallet, other.wallet, stranger])
    await chain.approve(wallet, MAX_UINT256, multicall3Address)
  const pull = (from: `0x${string}`, amount: bigint) => ({
    target: env().USDC_ADDRESS,
    allowFailure: false,
    callData: encodeFunctionData({
      abi: erc20Abi,
      functionName: 'transferFrom',
      args: [from, receiveAddress(), amount],
    }),
  })
  const { Multicall3 } = await compileContracts()
  const hash = await chain.client.writeContract({
    address: multicall3Address,
    abi: Multicall3.abi,
    account: localAdminAddress,
    functionName: 'aggregate3',
    args: [
      [
        pull(one.wallet, 2n * USDC),
        pull(other.wallet, 3n * USDC),
        pull(one.wallet, 4n * USDC),
        pull(one.wallet, USDC / 2n),
        pull(stranger, 7n * USDC),
      ],
    ],
  })
  await chain.mine(6)
  const answer = await claimed(one, hash)
  expect(answer).toMatchObject({ amount_usd: '6', virtual_balance_usd: '6' })
  expect(answer.deposits.map((deposit) => deposit.amount_atomic)).toEqual(['2000000', '4000000'])
  expect(answer.deposit_id).toBe(answer.deposits[0]?.deposit_id)
  expect(await claimed(other, hash)).toMatchObject({ amount_usd: '3', virtual_balance_usd: '3' })
  expect(await claimed(one, hash)).toEqual(answer)
  expect((await depositsOf(hash)).map(({ status }) => status)).toEqual([
    'credited',
    'credited',
    'credited',
    'pending',
    'pending',
  ])
})

test('a smart wallet whose operation a stranger brings in is credited by the log, not by who sent the transaction', async () => {
  const [owner, bundler] = [newAccount(), randomAddress()]
  await chain.fund(bundler, 0n)
  const deploy = async (name: string, args: unknown[]) => {
    const { abi, bytecode } = await compileTestContract(name, { fileName: 'SmartAccount' })
    const hash = await chain.client.deployContract({ abi, bytecode, args, account: bundler })
    const receipt = await until(`${name} stands`, () =>
      chain.client.getTransactionReceipt({ hash }).catch(() => null),
    )
    if (!receipt.contractAddress) throw new Error(`${name} was not deployed`)
    return { address: receipt.contractAddress, abi }
  }
  const account = await deploy('SmartAccount', [owner.address])
  const entryPoint = await deploy('TestEntryPoint', [])
  const payer = await createPayer({ wallet: storedAddress(account.address) })
  const bundlersAgent = await createTestAgent({ workspaceId: payer.workspaceId, wallets: [bundler] })
  const data = encodeFunctionData({
    abi: erc20Abi,
    functionName: 'transfer',
    args: [receiveAddress(), 5n * USDC],
  })
  const digest = await chain.client.readContract({
    ...account,
    functionName: 'operationHash',
    args: [env().USDC_ADDRESS, data],
  })
  const signature = await owner.sign({ hash: digest as Hex })
  const hash = await chain.client.writeContract({
    ...entryPoint,
    account: bundler,
    functionName: 'handleOps',
    args: [[{ account: account.address, to: env().USDC_ADDRESS, data, signature }]],
  })
  await chain.mine(6)
  await expectProblem(await claim(bundlersAgent, hash), 403, 'SENDER_NOT_LINKED')
  expect(await claimed(payer, hash)).toMatchObject({ amount_usd: '5', sender: checksummed(account.address) })
}, 120_000)

test('above 100 USDC the transfer is credited after a second look', async () => {
  const payer = await createPayer()
  const hash = await sendDeposit(payer.wallet, 100n * USDC + 1n)
  expect((await claimed(payer, hash)).amount_usd).toBe('100.000001')
  const { rows } = await pool().query(
    'select second_seen_at is not null as seen from deposits where tx_hash = $1',
    [hash],
  )
  expect(rows).toEqual([{ seen: true }])
})

test('200 claims of one hash at once by two agents make one credit', async () => {
  const first = await createPayer()
  const second = await createTestAgent({ workspaceId: first.workspaceId, wallets: [first.wallet] })
  const hash = await sendDeposit(first.wallet, 5n * USDC)
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => claim(index % 2 ? first : second, hash)),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(100)
  expect(statuses.filter((status) => status === 403)).toHaveLength(100)
  const bodies = await Promise.all(
    answers.filter(({ status }) => status === 200).map((answer) => answer.text()),
  )
  expect(new Set(bodies).size).toBe(1)
  expect((await balanceOf(first.agentId)) + (await balanceOf(second.agentId))).toBe(5n * USDC)
  expect(await countTransfers(hash)).toEqual({ deposits: 1, reversals: 0 })
}, 120_000)

test('the console claims for an agent of its workspace, and lists what it was credited', async () => {
  const payer = await createPayer()
  const person = await newPerson()
  await addMember(payer.workspaceId, person, 'ADMIN')
  const hash = await sendDeposit(payer.wallet, 5n * USDC)
  const { agentId, workspaceId } = payer
  const input = { agentId, workspaceId, txHash: hash, chainId: 31337 }
  const answer = await trpc('mutation', 'deposits.claim', { cookie: person.cookie, input })
  expect(answer.data).toMatchObject({ amount_usd: '5', virtual_balance_usd: '5' })
  const { rows } = await pool().query('select action, target from audit_log where workspace_id = $1', [
    workspaceId,
  ])
  expect(rows).toEqual([{ action: 'deposit.claimed', target: hash }])
  const list = await trpc('query', 'deposits.list', {
    cookie: person.cookie,
    input: { agentId, workspaceId },
  })
  expect(list.data).toMatchObject([{ txHash: hash, status: 'credited', amount: '5000000' }])
  const address = await trpc('query', 'deposits.receiveAddress', {
    cookie: person.cookie,
    input: { agentId, workspaceId },
  })
  expect(address.data).toMatchObject({ chain_id: 31337 })
  const foreign = await createPayer({ usdc: 0n })
  const refused = await trpc('query', 'deposits.list', {
    cookie: person.cookie,
    input: { agentId: foreign.agentId, workspaceId },
  })
  expect(refused.error).toMatchObject({ code: 'agent_not_found', httpStatus: 404 })
})
