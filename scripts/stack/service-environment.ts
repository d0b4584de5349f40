import type { ChainPart } from './chain-part'
import type { Secrets } from './secrets'

type ServiceEnvironment = {
  port: number
  databaseUrl: string
  chain: ChainPart
  secrets: Secrets
  mode: 'development' | 'production'
}

/** What web and worker are told; a variable that the person has set wins. */
export function serviceEnvironment({
  port,
  databaseUrl,
  chain,
  secrets,
  mode,
}: ServiceEnvironment): Record<string, string> {
  const defaults: Record<string, string> = {
    PORT: String(port),
    SESSION_SECRET: secrets.sessionSecret,
    APP_ORIGINS: `http://localhost:${port},http://127.0.0.1:${port}`,
    INSTANCE_ADMINS: chain.instanceAdmins.join(','),
    NETWORK: 'local',
    RPC_URL: chain.rpcUrl,
    PUBLIC_RPC_URL: chain.rpcUrl,
    USDC_ADDRESS: chain.usdcAddress,
    SETTLEMENT_ADDRESS: chain.settlementAddress,
    SETTLEMENT_DEPLOY_BLOCK: String(chain.deployBlock),
    ...(chain.receiveAddress && {
      PREPAY_DEPOSITS_ENABLED: '1',
      PREPAY_X402_TOPUP_ENABLED: '1',
      RECEIVE_ADDRESS: chain.receiveAddress,
    }),
  }
  const given = Object.keys(defaults).flatMap((name) =>
    process.env[name] ? [[name, process.env[name]] as const] : [],
  )
  return {
    ...defaults,
    ...Object.fromEntries(given),
    NODE_ENV: mode,
    DATABASE_URL: databaseUrl,
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

/** What only the worker is told: keys. A variable that the person has set wins. */
export function workerEnvironment({
  chain,
  secrets,
}: {
  chain: ChainPart
  secrets: Secrets
}): Record<string, string> {
  return {
    PROCESS_KIND: 'worker',
    WALLET_ENCRYPTION_KEY: process.env.WALLET_ENCRYPTION_KEY || secrets.walletEncryptionKey,
    ...(chain.relayerPrivateKeys && { RELAYER_PRIVATE_KEYS: chain.relayerPrivateKeys }),
    ...(chain.treasuryPrivateKey && { TREASURY_PRIVATE_KEY: chain.treasuryPrivateKey }),
  }
}
