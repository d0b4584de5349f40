import { erc20Abi } from 'viem'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checksummed, type StoredAddress, storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { openChain } from '@/test/harness/chain'
import {
  balanceOf,
  claim,
  countTransfers,
  createDepositRound,
  createPayer,
  depositsOf,
  openAlarms,
  receiveAddress,
} from '@/test/harness/deposits'
import { randomAddress } from '@/test/harness/factories'
import { newPerson, type TestPerson, trpc } from '@/test/harness/people'
import { checkLedger } from './check-ledger'

const USDC = 1_000_000n
const chain = openChain()
const work = createDepositRound()

async function newAdmin(): Promise<TestPerson> {
  const admin = await newPerson()
  env().INSTANCE_ADMINS.push(storedAddress(admin.account.address))
  return admin
}

beforeEach(work)

afterEach(() => {
  env().INSTANCE_ADMINS.splice(0)
})

/** A transfer that belongs to nobody, six blocks deep. */
async function orphan(amount: bigint): Promise<{ txHash: string; sender: StoredAddress; depositId: string }> {
  const sender = randomAddress()
  await chain.fund(sender, amount)
  const { transactionHash } = await chain.transfer(sender, receiveAddress(), amount)
  await chain.mine(5)
  await work()
  const [deposit] = await depositsOf(transactionHash)
  return { txHash: transactionHash, sender, depositId: deposit?.id ?? '' }
}

test('an instance administrator sees what is nobody’s and gives it to an agent, once and audited', async () => {
  const admin = await newAdmin()
  const payer = await createPayer({ usdc: 0n })
  const { txHash, sender, depositId } = await orphan(USDC / 2n)
  const list = await trpc('query', 'instance.unattributedDeposits', { cookie: admin.cookie })
  expect(list.data).toEqual([
    expect.objectContaining({
      depositId,
      txHash,
      sender: checksummed(sender),
      amount: '500000',
      reason: 'below_minimum',
      linkedAgents: [],
    }),
  ])
  const attribute = () =>
    trpc('mutation', 'instance.attributeDeposit', {
      cookie: admin.cookie,
      input: { depositId, agentId: payer.agentId },
    })
  expect((await attribute()).data).toEqual({ depositId })
  await work()
  expect(await balanceOf(payer.agentId)).toBe(USDC / 2n)
  expect(await countTransfers(txHash)).toEqual({ deposits: 1, reversals: 0 })
  expect((await attribute()).error).toMatchObject({ code: 'INVALID_STATE' })
  const { rows } = await pool().query(
    `select actor, details ->> 'agentId' as agent from audit_log where action = 'deposit.attributed' and workspace_id = $1`,
    [payer.workspaceId],
  )
  expect(rows).toEqual([{ actor: storedAddress(admin.account.address), agent: payer.agentId }])
  expect(await checkLedger()).toEqual({ findings: [] })
})

test('of many attributions and claims at once one wins', async () => {
  const admin = await newAdmin()
  const [one, other] = [await createPayer({ usdc: 0n }), await createPayer({ usdc: 0n })]
  const { txHash, depositId } = await orphan(3n * USDC)
  await Promise.all(
    [one, other, one, other].flatMap(({ agentId, headers }) => [
      trpc('mutation', 'instance.attributeDeposit', { cookie: admin.cookie, input: { depositId, agentId } }),
      claim({ headers }, txHash),
      work(),
    ]),
  )
  await work()
  expect((await balanceOf(one.agentId)) + (await balanceOf(other.agentId))).toBe(3n * USDC)
  expect(await countTransfers(txHash)).toEqual({ deposits: 1, reversals: 0 })
})

test('an attributed deposit that the chain has dropped meanwhile is not credited', async () => {
  const admin = await newAdmin()
  const payer = await createPayer({ usdc: 0n })
  const sender = randomAddress()
  await chain.fund(sender, 5n * USDC)
  await chain.mine(10)
  const { transactionHash } = await chain.transfer(sender, receiveAddress(), 5n * USDC)
  await chain.mine(6)
  await work()
  const [deposit] = await depositsOf(transactionHash)
  await chain.reorg(7)
  await trpc('mutation', 'instance.attributeDeposit', {
    cookie: admin.cookie,
    input: { depositId: deposit?.id, agentId: payer.agentId },
  })
  await work()
  await work()
  expect(await balanceOf(payer.agentId)).toBe(0n)
  expect(await depositsOf(transactionHash)).toMatchObject([{ status: 'pending', blockNumber: null }])
})

test('an agent that does not exist gets nothing, and who is no administrator finds no such procedure', async () => {
  const admin = await newAdmin()
  const { depositId } = await orphan(2n * USDC)
  const input = { depositId, agentId: `agt_${'0'.repeat(32)}` }
  const absent = await trpc('mutation', 'instance.attributeDeposit', { cookie: admin.cookie, input })
  expect(absent.error).toMatchObject({ code: 'agent_not_found' })
  const { cookie } = await newPerson()
  const refused = await trpc('mutation', 'instance.attributeDeposit', { cookie, input })
  expect(refused.error?.httpStatus).toBeGreaterThanOrEqual(403)
})

test('the ledger check names every corruption, and its alarms end with it', async () => {
  const payer = await createPayer()
  const { transactionHash } = await chain.transfer(payer.wallet, receiveAddress(), 5n * USDC)
  await chain.mine(5)
  await work()
  const [deposit] = await depositsOf(transactionHash)
  const agentBalance = `kind = 'agent_balance' and owner = '${payer.agentId}'`
  expect(await checkLedger()).toEqual({ findings: [] })
  const corruptions: [spoil: string, mend: string, kind: string][] = [
    [
      `update ledger_accounts set balance = balance + 1 where ${agentBalance}`,
      `update ledger_accounts set balance = balance - 1 where ${agentBalance}`,
      'ledger_mismatch',
    ],
    [
      `update deposits set amount = amount + 1 where id = '${deposit?.id}'`,
      `update deposits set amount = amount - 1 where id = '${deposit?.id}'`,
      'ledger_mismatch',
    ],
    [
      `update deposits set credit_count = 2 where id = '${deposit?.id}'`,
      `update deposits set credit_count = 1 where id = '${deposit?.id}'`,
      'ledger_mismatch',
    ],
    [
      `update deposits set status = 'unattributed' where id = '${deposit?.id}'`,
      `update deposits set status = 'credited' where id = '${deposit?.id}'`,
      'ledger_mismatch',
    ],
  ]
  for (const [spoil, mend, kind] of corruptions) {
    await pool().query(spoil)
    expect((await checkLedger()).findings.length).toBeGreaterThan(0)
    expect((await openAlarms(kind)).length).toBeGreaterThan(0)
    await pool().query(mend)
    expect(await checkLedger()).toEqual({ findings: [] })
    expect(await openAlarms(kind)).toEqual([])
  }
})

test('USDC that left the receive address behind the books’ back is an alarm', async () => {
  expect(await checkLedger()).toEqual({ findings: [] })
  await chain.fund(receiveAddress(), 0n)
  const held = await chain.client.readContract({
    address: env().USDC_ADDRESS,
    abi: erc20Abi,
    functionName: 'balanceOf',
    args: [receiveAddress()],
  })
  const away = randomAddress()
  await chain.transfer(receiveAddress(), away, held)
  await chain.mine(6)
  expect(await checkLedger()).toEqual({ findings: [receiveAddress()] })
  expect(await openAlarms('receive_address_short')).toEqual([receiveAddress()])
  await chain.fund(away, 0n)
  await chain.transfer(away, receiveAddress(), held)
  await chain.mine(6)
  expect(await checkLedger()).toEqual({ findings: [] })
  expect(await openAlarms('receive_address_short')).toEqual([])
})
