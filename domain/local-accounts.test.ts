import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import {
  localAdminAddress,
  localAgentAddress,
  localDemoAccounts,
  localFeeRecipientAddress,
  localRelayerAddress,
  localTreasuryAddress,
} from './local-accounts'

const addressOf = (addressIndex: number) =>
  mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex }).address

test("the local chain's roles are anvil's published development accounts", () => {
  expect(localAdminAddress).toBe(addressOf(0))
  expect(localAgentAddress).toBe(addressOf(4))
  expect(localTreasuryAddress).toBe(addressOf(7))
  expect(localFeeRecipientAddress).toBe(addressOf(8))
  expect(localRelayerAddress).toBe(addressOf(9))
})

test('each demo account is the development account of its index and its key is its own', () => {
  for (const [index, { address, privateKey }] of localDemoAccounts.entries()) {
    expect(address).toBe(addressOf(index + 1))
    expect(privateKeyToAccount(privateKey).address).toBe(address)
  }
})
