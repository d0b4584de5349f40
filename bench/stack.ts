// A PostgreSQL as durable as a real one and a local chain of its own, in a temporary folder.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startAnvil } from '../scripts/chain/start-anvil'
import { deployLocal } from '../scripts/contracts/deploy-local'
import { migrate } from '../scripts/stack/migrate'
import { findPort, waitForExit } from '../scripts/stack/processes'
import { startPostgres } from '../scripts/stack/start-postgres'
import { testEnvironment } from '../test/harness/environment'
import { stockTestWallets, TEST_WALLET_ENCRYPTION_KEY } from '../test/harness/managed-wallets'

// Anvil's tenth development key: worthless elsewhere.
const RELAYER_KEY = '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6'

export type Stack = {
  /** Ends PostgreSQL as a crash would, and starts it again on the same data; resolves when it answers. */
  restartPostgres: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts both, with wallets that workspaces take, and points this process's environment at them. */
export async function startStack(): Promise<Stack> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bursar-bench-'))
  fs.chmodSync(folder, 0o755)
  const port = await findPort(0)
  const start = () =>
    startPostgres({
      dataDir: path.join(folder, 'postgres'),
      port,
      logPath: path.join(folder, 'postgres.log'),
      durable: true,
    })
  let postgres = await start()
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
    // Here and not in the benchmarks that relay: an environment is read once.
    RELAYER_PRIVATE_KEYS: RELAYER_KEY,
    // One workspace pays for thousands: a day's gas must not stand in their way.
    GAS_ALLOWANCE_WEI_PER_DAY: (10n ** 21n).toString(),
  })
  return {
    restartPostgres: async () => {
      // SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint, recovery from the log at the next start.
      postgres.process.kill('SIGQUIT')
      await waitForExit(postgres.process)
      postgres = await start()
    },
    stop: async () => {
      const { closeDatabase } = await import('../server/core/db')
      await closeDatabase()
      await anvil.stop()
      await postgres.stop()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
