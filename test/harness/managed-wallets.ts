// The managed wallets of tests: real keys, sealed, so that whoever has the test's WALLET_ENCRYPTION_KEY can sign for them.
import { createECDH, createHash } from 'node:crypto'
import pg from 'pg'
import { keccak256 } from 'viem'
import { sealPrivateKey } from '../../server/managed-wallets/seal-private-key'

export const TEST_WALLET_ENCRYPTION_KEY = 'b0'.repeat(32)

const LOCAL_CHAIN_ID = 31337
const STOCK = 500

export type TestKey = { privateKey: `0x${string}`; address: string }

/** The same key for the same seed; OpenSSL derives 500 of them in a fraction of a second. */
export function testKey(seed: string): TestKey {
  const privateKey = createHash('sha256').update(`managed wallet ${seed}`).digest()
  const curve = createECDH('secp256k1')
  curve.setPrivateKey(privateKey)
  return {
    privateKey: `0x${privateKey.toString('hex')}`,
    address: `0x${keccak256(curve.getPublicKey().subarray(1)).slice(-40)}`,
  }
}

/** Each workspace of a test takes a wallet out of this stock, as it would where a worker keeps one. */
export async function stockTestWallets(databaseUrl: string): Promise<void> {
  const keys = Array.from({ length: STOCK }, (_, index) => testKey(String(index)))
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into managed_wallets (chain_id, address, signer, key_reference)
     select $1, w.address, 'local', w.sealed from unnest($2::text[], $3::text[]) w(address, sealed)`,
    [
      LOCAL_CHAIN_ID,
      keys.map((key) => key.address),
      keys.map((key) => sealPrivateKey({ encryptionKey: TEST_WALLET_ENCRYPTION_KEY, ...key })),
    ],
  )
  await client.end()
}
