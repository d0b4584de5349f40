// A PostgreSQL as durable as a real one and a local chain of its own, in a temporary folder.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startAnvil } from '../scripts/chain/start-anvil'
import { deployLocal } from '../scripts/contracts/deploy-local'
import { migrate } from '../scripts/stack/migrate'
import { findPort } from '../scripts/stack/processes'
import { startPostgres } from '../scripts/stack/start-postgres'
import { testEnvironment } from '../test/harness/environment'
import { stockTestWallets, TEST_WALLET_ENCRYPTION_KEY } from '../test/harness/managed-wallets'

/** Starts both, with wallets that workspaces take, and points this process's environment at them. */
export async function startStack(): Promise<{ stop: () => Promise<void> }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bursar-bench-'))
  fs.chmodSync(folder, 0o755)
  const postgres = await startPostgres({
    dataDir: path.join(folder, 'postgres'),
    port: await findPort(0),
    logPath: path.join(folder, 'postgres.log'),
    durable: true,
  })
  const anvil = await startAnvil({ port: await findPort(0), blockTimeSeconds: 0 })
  const contracts = await deployLocal({
    rpcUrl: anvil.rpcUrl,
    cacheDir: path.resolve(import.meta.dirname, '../.cache/contracts'),
  })
  await migrate(postgres.url)
  await stockTestWallets(postgres.url)
  Object.assign(process.env, testEnvironment({ databaseUrl: postgres.url }), {
    RPC_URL: anvil.rpcUrl,
    PUBLIC_RPC_URL: anvil.rpcUrl,
    USDC_ADDRESS: contracts.usdcAddress,
    SETTLEMENT_ADDRESS: contracts.settlementAddress,
    SETTLEMENT_DEPLOY_BLOCK: contracts.deployBlock.toString(),
    WALLET_ENCRYPTION_KEY: TEST_WALLET_ENCRYPTION_KEY,
  })
  return {
    stop: async () => {
      const { closeDatabase } = await import('../server/core/db')
      await closeDatabase()
      await anvil.stop()
      await postgres.stop()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
