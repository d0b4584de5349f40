import { erc20Abi } from 'viem'
import { expect, test } from 'vitest'
import { checksummed, storedAddress } from '@/domain/address'
import { permit2Address } from '@/domain/canonical-addresses'
import { MAX_UINT256 } from '@/domain/money'
import { compileContracts } from '@/scripts/contracts/compile'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { openChain } from '@/test/harness/chain'
import {
  balanceOf,
  claim,
  claimed,
  createPayer,
  depositsOf,
  receiveAddress,
  sendDeposit,
} from '@/test/harness/deposits'
import { createTestAgent, linkTestWallet, randomAddress } from '@/test/harness/factories'
import { payByX402, type X402Way } from '@/test/harness/pay-by-x402'
import { expectProblem, newAccount, rest } from '@/test/harness/people'
import { until } from '@/test/harness/until'

const USDC = 1_000_000n
const chain = openChain()

test.each([1, 2, 3, 4, 5])(
  'with %i confirmations the claim is refused with the count, kept, and credits nothing',
  async (confirmations) => {
    const payer = await createPayer()
    const hash = await sendDeposit(payer.wallet, 5n * USDC, confirmations)
    const response = await claim(payer, hash)
    expect(response.headers.get('retry-after')).toBe(String((6 - confirmations) * 2))
    const problem = await expectProblem(response, 409, 'CONFIRMATIONS_PENDING')
    expect(problem).toMatchObject({ confirmations, confirmations_required: 6 })
    expect(await balanceOf(payer.agentId)).toBe(0n)
    expect(await depositsOf(hash)).toMatchObject([{ status: 'pending', claimedBy: payer.agentId }])
  },
)

test('an unknown hash and one that is not mined yet are not found, and not kept', async () => {
  const payer = await createPayer()
  await expectProblem(await claim(payer, `0x${'ab'.repeat(32)}`), 404, 'TX_NOT_FOUND')
  await chain.client.setAutomine(false)
  try {
    const hash = await chain.client.writeContract({
      address: env().USDC_ADDRESS,
      abi: erc20Abi,
      account: payer.wallet,
      functionName: 'transfer',
      args: [receiveAddress(), USDC],
    })
    await expectProblem(await claim(payer, hash), 404, 'TX_NOT_FOUND')
    expect(await depositsOf(hash)).toEqual([])
  } finally {
    await chain.client.setAutomine(true)
    await chain.mine()
  }
})

test('a reverted transfer credits nothing', async () => {
  const payer = await createPayer({ usdc: USDC })
  const hash = await chain.client.writeContract({
    address: env().USDC_ADDRESS,
    abi: erc20Abi,
    account: payer.wallet,
    functionName: 'transfer',
    args: [receiveAddress(), 5n * USDC],
    gas: 200_000n,
  })
  await chain.mine(6)
  await expectProblem(await claim(payer, hash), 422, 'TX_REVERTED')
  expect(await balanceOf(payer.agentId)).toBe(0n)
})

test('a transfer to somebody else, of nothing, and of a token that only says it is USDC are no deposits', async () => {
  const payer = await createPayer()
  const elsewhere = await chain.transfer(payer.wallet, randomAddress(), 5n * USDC)
  const nothing = await chain.transfer(payer.wallet, receiveAddress(), 0n)
  const { abi, bytecode } = (await compileContracts()).FiatTokenLocal
  const deployed = await chain.client.deployContract({
    abi,
    bytecode,
    account: payer.wallet,
    args: ['USD Coin', payer.wallet],
  })
  const { contractAddress } = await until('the fake token stands', () =>
    chain.client.getTransactionReceipt({ hash: deployed }).catch(() => null),
  )
  if (!contractAddress) throw new Error('nothing was deployed')
  const fake = await chain.client.writeContract({
    address: contractAddress,
    abi,
    account: payer.wallet,
    functionName: 'mint',
    args: [receiveAddress(), 5n * USDC],
  })
  await chain.mine(6)
  for (const hash of [elsewhere.transactionHash, nothing.transactionHash, fake]) {
    await expectProblem(await claim(payer, hash), 422, 'NOT_A_DEPOSIT')
  }
  expect(await balanceOf(payer.agentId)).toBe(0n)
})

test('below one USDC nothing is credited; one USDC is enough', async () => {
  const payer = await createPayer()
  const hash = await sendDeposit(payer.wallet, USDC - 1n)
  const problem = await expectProblem(await claim(payer, hash), 422, 'BELOW_MINIMUM')
  expect(problem).toMatchObject({ amount_usd: '0.999999', min_usd: '1' })
  expect((await claimed(payer, await sendDeposit(payer.wallet, USDC))).amount_usd).toBe('1')
})

test('another chain, a malformed hash and a wrong body are refused before anything is looked up', async () => {
  const payer = await createPayer({ usdc: 0n })
  const hash = `0x${'ab'.repeat(32)}`
  await expectProblem(await claim(payer, hash, 8453), 400, 'UNSUPPORTED_CHAIN')
  for (const malformed of ['0x12', hash.slice(2), `${hash}00`, hash.replace('b', 'g')]) {
    await expectProblem(await claim(payer, malformed), 400, 'invalid_request')
  }
  for (const body of [
    {},
    { tx_hash: hash },
    { tx_hash: hash, chain_id: '31337' },
    { tx_hash: hash, chain_id: 1.5 },
    [hash],
  ]) {
    const response = await rest('POST', '/api/v1/balance/deposit/claim', { headers: payer.headers, body })
    await expectProblem(response, 400, 'invalid_request')
  }
  await expectProblem(
    await claim({ headers: { authorization: 'Bearer nobody' } }, hash),
    401,
    'unauthenticated',
  )
})

test('turned off, both endpoints do not exist', async () => {
  const payer = await createPayer({ usdc: 0n })
  env().PREPAY_DEPOSITS_ENABLED = false
  try {
    await expectProblem(await claim(payer, `0x${'ab'.repeat(32)}`), 404, 'feature_disabled')
    const response = await rest('GET', '/api/v1/balance/deposit/receive-address', { headers: payer.headers })
    await expectProblem(response, 404, 'feature_disabled')
  } finally {
    env().PREPAY_DEPOSITS_ENABLED = true
  }
})

test('a sender that is not linked is named with the page that links it, and linked it is credited', async () => {
  const payer = await createPayer()
  const stranger = randomAddress()
  await chain.fund(stranger, 10n * USDC)
  const hash = await sendDeposit(stranger, 5n * USDC)
  const problem = await expectProblem(await claim(payer, hash), 403, 'SENDER_NOT_LINKED')
  expect(problem).toMatchObject({
    sender: checksummed(stranger),
    link_url: 'http://localhost:3000/connect?action=link',
  })
  await linkTestWallet({ ...payer, wallet: stranger })
  expect((await claimed(payer, hash)).amount_usd).toBe('5')
})

test('the first kept claim reserves the transfer of a wallet that two agents share', async () => {
  const first = await createPayer()
  const second = await createTestAgent({ workspaceId: first.workspaceId, wallets: [first.wallet] })
  const hash = await sendDeposit(first.wallet, 5n * USDC, 2)
  await expectProblem(await claim(first, hash), 409, 'CONFIRMATIONS_PENDING')
  await expectProblem(await claim(second, hash), 403, 'DEPOSIT_CLAIMED_BY_ANOTHER_AGENT')
  await chain.mine(4)
  await expectProblem(await claim(second, hash), 403, 'DEPOSIT_CLAIMED_BY_ANOTHER_AGENT')
  await claimed(first, hash)
  await expectProblem(await claim(second, hash), 403, 'DEPOSIT_CLAIMED_BY_ANOTHER_AGENT')
  expect(await balanceOf(second.agentId)).toBe(0n)
})

test.each<X402Way>(['eip3009', 'exact over Permit2', 'upto over Permit2'])(
  'an x402 settlement (%s) is no deposit, even from a linked wallet',
  async (way) => {
    const [account, facilitator] = [newAccount(), newAccount()]
    const payer = await createPayer({ wallet: storedAddress(account.address) })
    await chain.fund(facilitator.address, 0n)
    await chain.approve(account.address, MAX_UINT256, permit2Address)
    const hash = await payByX402({
      way,
      payer: account,
      facilitator,
      payTo: receiveAddress(),
      amount: 3n * USDC,
    })
    await chain.mine(6)
    await expectProblem(await claim(payer, hash), 409, 'DEPOSIT_IS_X402_SETTLEMENT')
    expect(await depositsOf(hash)).toMatchObject([{ status: 'x402', claimedBy: null }])
    expect(await balanceOf(payer.agentId)).toBe(0n)
  },
)

test('a transfer that our own x402 records name is no deposit', async () => {
  const payer = await createPayer()
  const hash = await sendDeposit(payer.wallet, 5n * USDC)
  await pool().query(
    `insert into x402_payments (chain_id, asset, scheme, payer, payer_checksum, nonce, amount, pay_to, purpose, payload, requirements, facilitator, valid_before, tx_hash)
     values (31337, $1, 'exact', $2, $5, '0x01', 5000000, $3, 'topup', '{}', '{}', 'in-process', 0, $4)`,
    [env().USDC_ADDRESS, payer.wallet, receiveAddress(), hash, checksummed(payer.wallet)],
  )
  await expectProblem(await claim(payer, hash), 409, 'DEPOSIT_IS_X402_SETTLEMENT')
})
