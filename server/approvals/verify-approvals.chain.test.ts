import { concatHex, getContractAddress, type Hex, hashMessage, hashTypedData, padHex } from 'viem'
import { serializeErc6492Signature } from 'viem/utils'
import { beforeAll, describe, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import type { ToApproveView } from '@/domain/approval'
import { decisionRows, readToApprove, sendApproval, signApproval } from '@/test/harness/approvals'
import { openChain, testAddress } from '@/test/harness/chain'
import { createPendingPayout, letExpire } from '@/test/harness/pending-payouts'
import {
  addMember,
  cookieOf,
  getNonce,
  messageFor,
  newPerson,
  newWorkspace,
  type TestPerson,
  trpc,
  verify,
} from '@/test/harness/people'

const chain = openChain()

let owner: TestPerson
let admin: TestPerson
let workspaceId: string

beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  admin = await newPerson()
  await addMember(workspaceId, admin, 'ADMIN')
})

const pending = () => createPendingPayout(workspaceId)

describe('a signature over anything else is refused and approves nothing', () => {
  const other = `0x${'ab'.repeat(20)}` as const
  test.each([
    ['another payout id', { message: { payoutId: 'other' } }],
    ['another approval id', { message: { approvalId: 'other' } }],
    ["another workspace's wallet", { message: { workspaceWallet: other } }],
    ['another approver', { message: { approver: other } }],
    ['another paying wallet', { message: { from: other } }],
    ['another recipient', { message: { to: other } }],
    ['one atomic unit more', { message: { amount: '5000001' } }],
    ['another asset', { message: { asset: other } }],
    ['a later deadline', { message: { deadline: '99999999999' } }],
    ['another chain', { domain: { chainId: 8453 } }],
    ['another application', { domain: { name: 'Bursaar' } }],
    ['another version', { domain: { version: '2' } }],
  ])('%s', async (_, changed) => {
    const { approvalId, rowId } = await pending()
    const signature = await signApproval(owner, await readToApprove(owner, approvalId), changed)
    expect((await sendApproval(owner, approvalId, signature)).error).toMatchObject({
      code: 'signature_invalid',
      httpStatus: 400,
    })
    expect(await decisionRows(rowId)).toMatchObject({
      status: 'pending_authorization',
      votes: 0,
      evidence: 0,
    })
  })

  test("somebody else's signature, and one over another approval", async () => {
    const [one, two] = [await pending(), await pending()]
    const shown = await readToApprove(owner, one.approvalId)
    const foreign = await signApproval(admin, shown)
    expect((await sendApproval(owner, one.approvalId, foreign)).error?.code).toBe('signature_invalid')
    const own = await signApproval(owner, shown)
    expect((await sendApproval(admin, one.approvalId, own)).error?.code).toBe('signature_invalid')
    expect((await sendApproval(owner, two.approvalId, own)).error?.code).toBe('signature_invalid')
    expect(await decisionRows(one.rowId)).toMatchObject({ votes: 0 })
  })

  test.each([
    ['0x'],
    ['0x00'],
    [`0x${'00'.repeat(65)}`],
    [`0x${'ff'.repeat(65)}`],
    ['not hex'],
    [`0x${'11'.repeat(20_000)}`],
  ])('the signature %.12s…', async (signature) => {
    const { approvalId, rowId } = await pending()
    const { error } = await sendApproval(owner, approvalId, signature)
    // Bytes that could be a smart wallet's can only be judged by the chain, which does not answer in this test.
    expect(['signature_invalid', 'invalid_request', 'body_too_large', 'dependency_unavailable']).toContain(
      error?.code,
    )
    expect(await decisionRows(rowId)).toMatchObject({ status: 'pending_authorization', votes: 0 })
  })
})

test('a signature from before does not serve after the expiry', async () => {
  const payout = await pending()
  const signature = await signApproval(owner, await readToApprove(owner, payout.approvalId))
  await letExpire(payout)
  const { error } = await sendApproval(owner, payout.approvalId, signature)
  expect(error).toMatchObject({ code: 'signature_invalid' })
  expect(await decisionRows(payout.rowId)).toMatchObject({ status: 'pending_authorization', votes: 0 })
})

test('what the managed wallet holds is shown before and after, with what is promised', async () => {
  const payout = await createPendingPayout(workspaceId, { amount: 7_000_000n })
  const before = await readToApprove(owner, payout.approvalId)
  expect(before.funds).toMatchObject({ balance: '0', reserved: '0', after: '-7000000' })
  expect(before.warnings).toContainEqual({ code: 'insufficient_funds', available: '0', required: '7000000' })
  await chain.fund(before.typedData.message.from, 10_000_000n)
  const other = await createPendingPayout(workspaceId, { amount: 2_000_000n })
  await sendApproval(
    owner,
    other.approvalId,
    await signApproval(owner, await readToApprove(owner, other.approvalId)),
  )
  const after = await readToApprove(owner, payout.approvalId)
  expect(after.funds).toMatchObject({ balance: '10000000', approved: '2000000', after: '1000000' })
  expect(after.warnings.map(({ code }) => code)).toEqual(['first_time_recipient'])
  // Each of two such payouts is covered, both together are not.
  const second = await createPendingPayout(workspaceId, { amount: 7_000_000n })
  const { data } = await trpc('query', 'approvals.toApproveMany', {
    cookie: owner.cookie,
    input: { workspaceId, approvalIds: [payout.approvalId, second.approvalId] },
  })
  expect(data).toMatchObject({
    funds: { balance: '10000000', approved: '2000000', after: '-6000000' },
    warnings: [{ code: 'insufficient_funds', available: '8000000', required: '14000000' }],
  })
})

// The smallest ERC-1271 wallet: isValidSignature(hash, signature) answers its magic value when the signature's first
// word is the hash, else zero.
const WALLET: Hex = '0x60043560643514631626ba7e0260e01b60005260206000f3'
// Copies the 24 bytes that follow it into the new account's code.
const CREATION = concatHex(['0x6018600c60003960186000f3', WALLET])
const CREATE2_FACTORY = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

function hashOf({ typedData }: ToApproveView): Hex {
  const { message } = typedData
  return hashTypedData({
    ...typedData,
    message: { ...message, amount: BigInt(message.amount), deadline: BigInt(message.deadline) },
  })
}

const salt = padHex('0x01', { size: 32 })
const wrap = (signature: Hex) =>
  serializeErc6492Signature({ address: CREATE2_FACTORY, data: concatHex([salt, CREATION]), signature })

describe.each([
  {
    kind: 'that stands on the chain (ERC-1271)',
    address: checksummed(testAddress(1)),
    isDeployed: true,
    pack: (signature: Hex) => signature,
  },
  {
    kind: 'that is not deployed yet (ERC-6492)',
    address: getContractAddress({ opcode: 'CREATE2', from: CREATE2_FACTORY, salt, bytecode: CREATION }),
    isDeployed: false,
    pack: wrap,
  },
])('a smart wallet $kind', ({ address, isDeployed, pack }) => {
  test('approves by a signature that only its own code understands, and not by one over something else', async () => {
    if (isDeployed) await chain.client.setCode({ address, bytecode: WALLET })
    const message = messageFor({ address }, await getNonce())
    const signedIn = await verify(message, pack(hashMessage(message)))
    expect(signedIn.status).toBe(200)
    const cookie = cookieOf(signedIn)
    await addMember(workspaceId, { account: { ...owner.account, address }, cookie }, 'APPROVER')
    const { approvalId, rowId } = await pending()
    const { data } = await trpc('query', 'payouts.toApprove', { cookie, input: { approvalId } })
    const hash = hashOf(data as ToApproveView)
    const send = (signature: Hex) =>
      trpc('mutation', 'payouts.approve', { cookie, input: { approvalId, signature: pack(signature) } })
    expect((await send(padHex('0x02', { size: 32 }))).error).toMatchObject({ code: 'signature_invalid' })
    expect((await send(hash)).data).toMatchObject({ status: 'authorized' })
    expect(await decisionRows(rowId)).toMatchObject({ decidedBy: address.toLowerCase(), evidence: 1 })
  })
})
