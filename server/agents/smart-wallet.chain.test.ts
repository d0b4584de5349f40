import { concatHex, getContractAddress, type Hex, hashMessage, padHex } from 'viem'
import { serializeErc6492Signature } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import { walletRegisteredView } from '@/domain/agent-api'
import { pool } from '@/server/core/db'
import { askMessage, sendLink, sendRegistration } from '@/test/harness/agent-wallets'
import { openChain, testAddress } from '@/test/harness/chain'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import { expectProblem, newAccount } from '@/test/harness/people'

const chain = openChain()

// The smallest ERC-1271 wallet: isValidSignature(hash, signature) answers its magic value when the signature's first
// word is the hash, else zero.
const WALLET: Hex = '0x60043560643514631626ba7e0260e01b60005260206000f3'
// Copies the 24 bytes that follow it into the new account's code.
const CREATION = concatHex(['0x6018600c60003960186000f3', WALLET])
const CREATE2_FACTORY = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

async function agentsOf(address: string): Promise<number> {
  const { rowCount } = await pool().query('select 1 from agents where wallet_address = $1', [
    address.toLowerCase(),
  ])
  return rowCount ?? 0
}

describe('a smart wallet that stands on the chain (ERC-1271)', () => {
  const address = checksummed(testAddress(21))

  test('registers an agent, is refused a wrong signature, and recovers it', async () => {
    await chain.client.setCode({ address, bytecode: WALLET })
    const refusedMessage = await askMessage(address)
    const refused = await sendRegistration(refusedMessage, hashMessage(`${refusedMessage}.`))
    await expectProblem(refused, 401, 'siwe_signature')
    expect(await agentsOf(address)).toBe(0)
    const message = await askMessage(address)
    const response = await sendRegistration(message, hashMessage(message))
    expect(response.status).toBe(201)
    const agent = walletRegisteredView.parse(await response.json())
    expect(agent.wallet_address).toBe(address)
    const again = await askMessage(address)
    const recovered = await sendRegistration(again, hashMessage(again))
    expect(recovered.status).toBe(200)
    expect(walletRegisteredView.parse(await recovered.json()).agent_id).toBe(agent.agent_id)
  }, 60_000)

  test('is linked to another agent of its workspace', async () => {
    const wallet = checksummed(testAddress(22))
    await chain.client.setCode({ address: wallet, bytecode: WALLET })
    const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
    const message = await askMessage(wallet, { purpose: 'link', headers: agent.headers })
    expect((await sendLink(agent, message, hashMessage(message))).status).toBe(200)
  }, 60_000)
})

describe('a smart wallet that is not deployed yet (ERC-6492)', () => {
  const salt = padHex('0x21', { size: 32 })
  const address = getContractAddress({ opcode: 'CREATE2', from: CREATE2_FACTORY, salt, bytecode: CREATION })
  const wrap = (signature: Hex) =>
    serializeErc6492Signature({ address: CREATE2_FACTORY, data: concatHex([salt, CREATION]), signature })

  test('registers an agent, and checking its signature deploys nothing', async () => {
    const message = await askMessage(address)
    const wrong = await sendRegistration(message, wrap(hashMessage(`${message}.`)))
    await expectProblem(wrong, 401, 'siwe_signature')
    const response = await sendRegistration(message, wrap(hashMessage(message)))
    expect(response.status).toBe(201)
    expect(await chain.client.getCode({ address })).toBeUndefined()
  }, 60_000)

  test('cannot speak for another address', async () => {
    const other = checksummed(testAddress(29))
    const message = await askMessage(other)
    await expectProblem(await sendRegistration(message, wrap(hashMessage(message))), 401, 'siwe_signature')
    expect(await agentsOf(other)).toBe(0)
  }, 60_000)
})

test("an ordinary account's message under somebody else's signature is 401 and burns nothing", async () => {
  const account = newAccount()
  const message = await askMessage(account.address)
  const refused = await sendRegistration(message, await newAccount().signMessage({ message }))
  await expectProblem(refused, 401, 'siwe_signature')
  expect((await sendRegistration(message, await account.signMessage({ message }))).status).toBe(201)
}, 60_000)
