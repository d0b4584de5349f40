/**
 * Roles of anvil's development accounts on the local chain. Everybody knows their keys, so they must never hold anything
 * elsewhere; the keys below are published test keys, here because the built-in test wallet of the local chain shows them.
 */

/** Deploys the contracts, is the settlement's admin and USDC's minter. Unlocked in anvil: no key is needed. */
export const localAdminAddress = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

/** Receives the settlement's fees. */
export const localFeeRecipientAddress = '0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f'

/** Settles sessions and relays signed transfers. Its key stays in the worker. */
export const localRelayerAddress = '0xa0Ee7A142d267C1f36714E4a8F75612F20a79720'

/** Receives prepaid USDC. Its key stays in the worker. */
export const localTreasuryAddress = '0x14dC79964da2C08b23698B3D3cc7Ca32193d9955'

/** The demo agent's own wallet. Unlocked in anvil. */
export const localAgentAddress = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'

/** The people of the demo world, as the test wallet offers them. */
export const localDemoAccounts = [
  {
    role: 'owner',
    address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    privateKey: '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  },
  {
    role: 'approver',
    address: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
    privateKey: '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  },
  {
    role: 'operator',
    address: '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
    privateKey: '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6',
  },
] as const
