import path from 'node:path'
import { privateKeyToAddress } from 'viem/accounts'
import { localAdminAddress, localDemoAccounts, localTreasuryAddress } from '../../domain/local-accounts'
import { startAnvil } from '../chain/start-anvil'
import { deployLocal } from '../contracts/deploy-local'
import type { Report } from '../dev/report'
import { findPort } from './processes'

export type ChainPart = {
  rpcUrl: string
  isLocal: boolean
  usdcAddress: string
  settlementAddress: string
  deployBlock: bigint
  instanceAdmins: string[]
  relayerPrivateKeys: string | undefined
  receiveAddress: string | undefined
  treasuryPrivateKey: string | undefined
}

type StartChain = {
  home: string
  logs: string
  report: Report
  stops: (() => Promise<void>)[]
  preferredPort: number
  blockTimeSeconds: number
  onExit: (name: string, logPath: string) => void
}

// Anvil's tenth development key: published, and worthless anywhere but on the local chain.
const LOCAL_RELAYER_KEY = '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6'

// Anvil's eighth development key, published as well.
const LOCAL_TREASURY_KEY = '0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356'

/** The chain: the person's own when RPC_URL is set, else anvil with its state kept and the contracts deployed. */
export async function startChain(options: StartChain): Promise<ChainPart> {
  const { home, report } = options
  if (process.env.RPC_URL && (process.env.NETWORK ?? 'local') !== 'local')
    return givenChain(process.env.RPC_URL)
  const rpcUrl = process.env.RPC_URL ?? (await startLocalChain(options))
  const contracts = await report(
    'contracts',
    () => deployLocal({ rpcUrl, cacheDir: path.join(home, 'contracts') }),
    (deployed) => `settlement ${deployed.settlementAddress}`,
  )
  return {
    rpcUrl,
    isLocal: true,
    usdcAddress: contracts.usdcAddress,
    settlementAddress: contracts.settlementAddress,
    deployBlock: contracts.deployBlock,
    instanceAdmins: [localAdminAddress, localDemoAccounts[0].address],
    relayerPrivateKeys:
      privateKeyToAddress(LOCAL_RELAYER_KEY) === contracts.relayer ? LOCAL_RELAYER_KEY : undefined,
    receiveAddress: localTreasuryAddress,
    treasuryPrivateKey: LOCAL_TREASURY_KEY,
  }
}

async function startLocalChain({
  home,
  logs,
  report,
  stops,
  preferredPort,
  blockTimeSeconds,
  onExit,
}: StartChain): Promise<string> {
  const logPath = path.join(logs, 'chain.log')
  const anvil = await report(
    'local chain',
    async () =>
      startAnvil({
        port: await findPort(preferredPort),
        statePath: path.join(home, 'chain', 'state.json'),
        blockTimeSeconds,
        logPath,
      }),
    (running) => running.rpcUrl,
  )
  stops.push(() => anvil.stop())
  void anvil.exited.then(() => onExit('The local chain', logPath))
  return anvil.rpcUrl
}

function givenChain(rpcUrl: string): ChainPart {
  const settlement = process.env.SETTLEMENT_ADDRESS
  if (!settlement)
    throw new Error(
      'RPC_URL names a chain of yours: set NETWORK, SETTLEMENT_ADDRESS and PUBLIC_RPC_URL too. See .env.example.',
    )
  return {
    rpcUrl,
    isLocal: false,
    usdcAddress: process.env.USDC_ADDRESS ?? '',
    settlementAddress: settlement,
    deployBlock: BigInt(process.env.SETTLEMENT_DEPLOY_BLOCK ?? '0'),
    instanceAdmins: (process.env.INSTANCE_ADMINS ?? '').split(',').filter(Boolean),
    relayerPrivateKeys: process.env.RELAYER_PRIVATE_KEYS,
    receiveAddress: process.env.RECEIVE_ADDRESS,
    treasuryPrivateKey: process.env.TREASURY_PRIVATE_KEY,
  }
}
