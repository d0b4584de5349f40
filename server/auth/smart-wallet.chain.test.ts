import { concatHex, getContractAddress, type Hex, hashMessage, padHex } from 'viem'
import { serializeErc6492Signature } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import { pool } from '@/server/core/db'
import { openChain, testAddress } from '@/test/harness/chain'
import {
  expectProblem,
  getNonce,
  messageFor,
  newAccount,
  newPerson,
  rest,
  trpc,
  verify,
} from '@/test/harness/people'

const chain = openChain()

// The smallest ERC-1271 wallet: isValidSignature(hash, signature) answers its magic value when the signature's first
// word is the hash, else zero.
const WALLET: Hex = '0x60043560643514631626ba7e0260e01b60005260206000f3'
/** Answers zero to everything. */
const DENIES: Hex = '0x600060005260206000f3'
// Copies the 24 bytes that follow it into the new account's code.
const CREATION = concatHex(['0x6018600c60003960186000f3', WALLET])
const CREATE2_FACTORY = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

async function sessionsOf(address: string): Promise<number> {
  const { rowCount } = await pool().query('select 1 from auth_sessions where address = $1', [
    address.toLowerCase(),
  ])
  return rowCount ?? 0
}

describe('a smart wallet that stands on the chain (ERC-1271)', () => {
  const address = checksummed(testAddress(1))

  test('signs in with a signature that only its own code understands', async () => {
    await chain.client.setCode({ address, bytecode: WALLET })
    const message = messageFor({ address }, await getNonce())
    const response = await verify(message, hashMessage(message))
    expect(await response.json()).toEqual({ address, workspaces: [] })
  })

  test('is refused a signature over another message', async () => {
    const message = messageFor({ address }, await getNonce())
    await expectProblem(await verify(message, hashMessage(`${message}.`)), 401, 'siwe_signature')
  })

  test('that changes its mind opens no second session', async () => {
    await chain.client.setCode({ address, bytecode: DENIES })
    const message = messageFor({ address }, await getNonce())
    await expectProblem(await verify(message, hashMessage(message)), 401, 'siwe_signature')
    expect(await sessionsOf(address)).toBe(1)
  })
})

describe('a smart wallet that is not deployed yet (ERC-6492)', () => {
  const salt = padHex('0x01', { size: 32 })
  const address = getContractAddress({ opcode: 'CREATE2', from: CREATE2_FACTORY, salt, bytecode: CREATION })
  const wrap = (signature: Hex) =>
    serializeErc6492Signature({ address: CREATE2_FACTORY, data: concatHex([salt, CREATION]), signature })

  test('signs in, and checking its signature deploys nothing', async () => {
    const message = messageFor({ address }, await getNonce())
    const response = await verify(message, wrap(hashMessage(message)))
    expect(response.status).toBe(200)
    expect(await chain.client.getCode({ address })).toBeUndefined()
  })

  test('is refused a wrong signature in the right wrapping', async () => {
    const message = messageFor({ address }, await getNonce())
    await expectProblem(await verify(message, wrap(hashMessage(`${message}.`))), 401, 'siwe_signature')
  })

  test('cannot speak for another address', async () => {
    const message = messageFor({ address: checksummed(testAddress(9)) }, await getNonce())
    await expectProblem(await verify(message, wrap(hashMessage(message))), 401, 'siwe_signature')
  })
})

test("an ordinary account's message under somebody else's signature is 401 and burns no nonce", async () => {
  const account = newAccount()
  const message = messageFor(account, await getNonce())
  await expectProblem(
    await verify(message, await newAccount().signMessage({ message })),
    401,
    'siwe_signature',
  )
  const changed = message.replace('Sign in', 'Sign on')
  await expectProblem(await verify(changed, await account.signMessage({ message })), 401, 'siwe_signature')
  expect((await verify(message, await account.signMessage({ message }))).status).toBe(200)
})

test("a member change that another wallet signed is no owner's evidence", async () => {
  const owner = await newPerson()
  const created = await rest('POST', '/api/v1/workspaces', {
    cookie: owner.cookie,
    body: { slug: 'evidence', name: 'Evidence', roles: ['CONSUMER'] },
  })
  const { id: workspaceId } = (await created.json()) as { id: string }
  const evidence = {
    deadline: String(Math.floor(Date.now() / 1000) + 300),
    nonce: padHex('0x01', { size: 32 }),
    signature: await newAccount().signMessage({ message: 'anything' }),
  }
  const { error } = await trpc('mutation', 'workspaces.invite', {
    cookie: owner.cookie,
    input: { workspaceId, address: newAccount().address, role: 'OWNER', evidence },
  })
  expect(error).toMatchObject({ code: 'evidence_invalid', httpStatus: 400 })
})
