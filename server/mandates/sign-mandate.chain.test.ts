import { concatHex, getContractAddress, type Hex, hashMessage, hashTypedData, padHex } from 'viem'
import { serializeErc6492Signature } from 'viem/utils'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checksummed, storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { openChain, testAddress } from '@/test/harness/chain'
import { createTestAgent, type TestAgent } from '@/test/harness/factories'
import { newDraft, sendSignature, signAs, signatureOf, type ToSign, toSign } from '@/test/harness/mandates'
import {
  addMember,
  cookieOf,
  getNonce,
  messageFor,
  newAccount,
  newPerson,
  newWorkspace,
  type TestPerson,
  verify,
} from '@/test/harness/people'

const SECONDS = 60_000
const chain = openChain()

// The smallest ERC-1271 wallet: isValidSignature(hash, signature) answers its magic value when the signature's first
// word is the hash, else zero.
const WALLET: Hex = '0x60043560643514631626ba7e0260e01b60005260206000f3'
/** Answers zero to everything. */
const DENIES: Hex = '0x600060005260206000f3'
// Copies the 24 bytes that follow it into the new account's code.
const CREATION = concatHex(['0x6018600c60003960186000f3', WALLET])
const CREATE2_FACTORY = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

let owner: TestPerson
let approver: TestPerson
let workspaceId: string
let agent: TestAgent
beforeAll(async () => {
  approver = await newPerson()
}, SECONDS)
beforeEach(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
  await addMember(workspaceId, approver, 'APPROVER')
  agent = await createTestAgent({ workspaceId })
}, SECONDS)

const snapshot = async (mandateId: string) => {
  const { rows } = await pool().query(
    `select to_jsonb(m) as mandate, (select count(*)::int from signed_evidence where reference = m.id) as evidence,
       (select count(*)::int from audit_log where target = m.id) as acts from mandates m where id = $1`,
    [mandateId],
  )
  return rows[0]
}

/** A person whose address is a contract; its signature is whatever the contract takes for one. */
async function signInAs(address: `0x${string}`, sign: (hash: Hex) => Hex): Promise<TestPerson> {
  const message = messageFor({ address }, await getNonce())
  const response = await verify(message, sign(hashMessage(message)))
  expect(response.status).toBe(200)
  const person = { account: { ...newAccount(), address }, cookie: cookieOf(response) }
  await addMember(workspaceId, person, 'APPROVER')
  return person
}

async function digestOf(person: TestPerson, mandateId: string): Promise<Hex> {
  const { data, error } = await toSign(person, mandateId)
  expect(error).toBeNull()
  return hashTypedData((data as ToSign).typedData as never)
}

test.each([
  ['forged', () => `0x${'11'.repeat(64)}1b`],
  ['of no length that a signature has', () => '0x00'],
  ["somebody else's", (id: string) => signatureOf(approver, id)],
  ['over other terms', (id: string) => signatureOf(owner, id, { limitAmount: '1' })],
  ['over another mandate', async () => signatureOf(owner, await newDraft(agent))],
])(
  'a signature that is %s is signature_invalid and changes nothing',
  async (_, sign) => {
    const mandateId = await newDraft(agent)
    const signature = await sign(mandateId)
    const before = await snapshot(mandateId)
    const { error } = await sendSignature(owner, { mandateId, signature })
    expect(error).toMatchObject({ code: 'signature_invalid', httpStatus: 400 })
    expect(await snapshot(mandateId)).toEqual(before)
  },
  SECONDS,
)

describe('where two must sign', () => {
  beforeEach(() =>
    pool().query('update workspace_policies set two_approvers_from = 1 where workspace_id = $1', [
      workspaceId,
    ]),
  )

  test(
    'a signature over what was asked for is stale once the first signer has lowered it',
    async () => {
      const mandateId = await newDraft(agent)
      const signature = await signatureOf(approver, mandateId)
      expect((await signAs(owner, mandateId, { limitAmount: '900' })).error).toBeNull()
      const stale = await sendSignature(approver, { mandateId, signature })
      expect(stale.error).toMatchObject({ code: 'signature_invalid' })
      expect((await signAs(approver, mandateId)).data).toMatchObject({ status: 'signed', limitAmount: '900' })
    },
    SECONDS,
  )

  test(
    'of two who lower it differently at the same moment one counts',
    async () => {
      const mandateId = await newDraft(agent)
      const [mine, yours] = [{ limitAmount: '10' }, { limitAmount: '20' }]
      const [a, b] = [
        await signatureOf(owner, mandateId, mine),
        await signatureOf(approver, mandateId, yours),
      ]
      const outcomes = await Promise.all([
        sendSignature(owner, { mandateId, signature: a, terms: mine }),
        sendSignature(approver, { mandateId, signature: b, terms: yours }),
      ])
      const [refused, ...others] = outcomes.flatMap(({ error }) => error ?? [])
      expect(others).toEqual([])
      expect(['signature_invalid', 'invalid_request']).toContain(refused?.code)
      const { mandate } = (await toSign(refused === outcomes[0]?.error ? owner : approver, mandateId))
        .data as ToSign
      expect(['10', '20']).toContain(mandate.limitAmount)
    },
    SECONDS,
  )
})

describe('a smart wallet', () => {
  const deployed = checksummed(testAddress(21))
  const salt = padHex('0x21', { size: 32 })
  const planned = getContractAddress({ opcode: 'CREATE2', from: CREATE2_FACTORY, salt, bytecode: CREATION })
  const wrap = (signature: Hex) =>
    serializeErc6492Signature({ address: CREATE2_FACTORY, data: concatHex([salt, CREATION]), signature })

  test(
    'that stands on the chain signs with what its code understands (ERC-1271)',
    async () => {
      await chain.client.setCode({ address: deployed, bytecode: WALLET })
      const person = await signInAs(deployed, (hash) => hash)
      const mandateId = await newDraft(agent)
      const digest = await digestOf(person, mandateId)
      const wrong = await sendSignature(person, { mandateId, signature: hashMessage('another') })
      expect(wrong.error).toMatchObject({ code: 'signature_invalid' })
      expect((await sendSignature(person, { mandateId, signature: digest })).data).toMatchObject({
        status: 'signed',
        mandateHash: digest,
        signers: [{ address: deployed }],
      })
    },
    SECONDS,
  )

  test(
    'that changes its mind signs nothing',
    async () => {
      await chain.client.setCode({ address: deployed, bytecode: WALLET })
      const person = await signInAs(deployed, (hash) => hash)
      const mandateId = await newDraft(agent)
      const signature = await digestOf(person, mandateId)
      await chain.client.setCode({ address: deployed, bytecode: DENIES })
      expect((await sendSignature(person, { mandateId, signature })).error).toMatchObject({
        code: 'signature_invalid',
      })
    },
    SECONDS,
  )

  test(
    'that is not deployed yet signs too, and checking deploys nothing (ERC-6492)',
    async () => {
      const person = await signInAs(planned, wrap)
      const mandateId = await newDraft(agent)
      const digest = await digestOf(person, mandateId)
      const wrong = await sendSignature(person, { mandateId, signature: wrap(hashMessage('another')) })
      expect(wrong.error).toMatchObject({ code: 'signature_invalid' })
      expect((await sendSignature(person, { mandateId, signature: wrap(digest) })).data).toMatchObject({
        status: 'signed',
        signers: [{ address: checksummed(storedAddress(planned)) }],
      })
      expect(await chain.client.getCode({ address: planned })).toBeUndefined()
    },
    SECONDS,
  )
})
