// Before each chain test file: a local chain of its own with the contracts, and an environment that points at it. Each
// transaction is mined at once; further blocks come from `mine`.
import path from 'node:path'
import { afterAll } from 'vitest'
import { startAnvil } from '../../scripts/chain/start-anvil'
import { deployLocal } from '../../scripts/contracts/deploy-local'
import { findPort } from '../../scripts/stack/processes'

const anvil = await startAnvil({ port: await findPort(0), blockTimeSeconds: 0 })
const contracts = await deployLocal({
  rpcUrl: anvil.rpcUrl,
  cacheDir: path.resolve(import.meta.dirname, '../../.cache/contracts'),
})
Object.assign(process.env, {
  RPC_URL: anvil.rpcUrl,
  PUBLIC_RPC_URL: anvil.rpcUrl,
  USDC_ADDRESS: contracts.usdcAddress,
  SETTLEMENT_ADDRESS: contracts.settlementAddress,
  SETTLEMENT_DEPLOY_BLOCK: contracts.deployBlock.toString(),
  // Anvil's eighth and tenth development keys, treasury and relayer of the local chain: published, worthless elsewhere.
  TREASURY_PRIVATE_KEY: '0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356',
  RELAYER_PRIVATE_KEYS: '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6',
})

afterAll(() => anvil.stop())
