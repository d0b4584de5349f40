import { concatHex, getContractAddress, type Hex, hashTypedData, padHex } from 'viem'
import { serializeErc6492Signature } from 'viem/utils'
import { beforeAll, describe, expect, test } from 'vitest'
import { smartWalletFactoryAddresses } from '@/domain/canonical-addresses'
import { registerRelayers } from '@/server/relayer'
import { createFundedAgent, type FundedAgent } from '@/test/harness/balance'
import { openChain, testAddress } from '@/test/harness/chain'
import { makePayer, signPayment } from '@/test/harness/x402'
import {
  askPayment,
  type ExactSigned,
  exactTypedData,
  PRICE,
  payAndSettle,
  RESOURCE,
} from '@/test/harness/x402-payments'

const chain = openChain()
let agent: FundedAgent

beforeAll(async () => {
  await registerRelayers()
  agent = await createFundedAgent(0n)
})

const topUp = (payment: unknown) =>
  payAndSettle(payment, { amount: PRICE, resourceUrl: RESOURCE, purpose: 'topup', agent })

describe('contract wallets', () => {
  // The smallest ERC-1271 wallet: it accepts a signature whose first word is the hash.
  const WALLET: Hex = '0x60043560643514631626ba7e0260e01b60005260206000f3'
  const CREATION = concatHex(['0x6018600c60003960186000f3', WALLET])
  const CREATE2_FACTORY = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

  async function signAs(address: Hex) {
    const template = await makePayer(chain, { usdc: 0n, allowsPermit2: false })
    const payment = await signPayment(template, { required: await askPayment(), scheme: 'exact' })
    const authorization = { ...(payment.payload as ExactSigned).authorization, from: address }
    await chain.fund(address, PRICE)
    return { payment, authorization, hash: hashTypedData(exactTypedData(authorization)) }
  }

  test('one that is deployed pays with a signature that only its code understands', async () => {
    const address = testAddress(20)
    await chain.client.setCode({ address, bytecode: WALLET })
    const { payment, authorization, hash } = await signAs(address)
    const outcome = await topUp({ ...payment, payload: { authorization, signature: hash } })
    expect(outcome).toMatchObject({ status: 'settled', payer: address, amount: PRICE })
  })

  test('one that was never used is deployed by its allowed factory in the settling transaction; no other factory is called', async () => {
    const code = await chain.client.getCode({ address: CREATE2_FACTORY })
    const salt = padHex('0x05', { size: 32 })
    const wrap = (factory: Hex, signature: Hex) =>
      serializeErc6492Signature({ address: factory, data: concatHex([salt, CREATION]), signature })
    const of = (from: Hex) => getContractAddress({ opcode: 'CREATE2', from, salt, bytecode: CREATION })
    const [, factory] = smartWalletFactoryAddresses
    await chain.client.setCode({ address: factory, bytecode: code ?? '0x' })

    const foreign = await signAs(of(CREATE2_FACTORY))
    const refused = { authorization: foreign.authorization, signature: wrap(CREATE2_FACTORY, foreign.hash) }
    await expect(topUp({ ...foreign.payment, payload: refused })).rejects.toMatchObject({
      code: 'payment_failed',
      details: { reason: 'wallet_not_deployed' },
    })

    const { payment, authorization, hash } = await signAs(of(factory))
    const outcome = await topUp({ ...payment, payload: { authorization, signature: wrap(factory, hash) } })
    expect(outcome).toMatchObject({ status: 'settled', amount: PRICE })
    expect(await chain.client.getCode({ address: of(factory) })).toBe(WALLET)
  })
})
