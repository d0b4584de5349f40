import { localTreasuryAddress } from '@/domain/local-accounts'

/** The environment of a test process: the local network, quiet, with an unreachable chain unless one is started. */
export function testEnvironment({ databaseUrl }: { databaseUrl: string }): Record<string, string> {
  return {
    NODE_ENV: 'test',
    PROCESS_KIND: 'script',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    NETWORK: 'local',
    RPC_URL: 'http://127.0.0.1:9',
    PUBLIC_RPC_URL: 'http://127.0.0.1:9',
    USDC_ADDRESS: '0x00000000000000000000000000000000000005dc',
    SETTLEMENT_ADDRESS: '0x0000000000000000000000000000000000005e77',
    PREPAY_DEPOSITS_ENABLED: '1',
    PREPAY_X402_TOPUP_ENABLED: '1',
    RECEIVE_ADDRESS: localTreasuryAddress,
    APP_ORIGINS: 'http://localhost:3000,http://127.0.0.1:3000',
    SESSION_SECRET: 'a-secret-that-only-tests-use-0123456789',
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '100000',
  }
}
