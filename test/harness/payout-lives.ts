// What can become of payouts, told so that it goes the same way each time: a worker is recorded on it, and killed at each of its round trips.
import { localRelayerAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { nonceOf } from '@/server/payout-execution/authorization-key'
import { trackRelays } from '@/server/relayer'
import {
  type AskedPayout,
  ask,
  chain,
  expectEnded,
  expectPaidOnce,
  hashesOf,
  openScene,
  outlive,
  round,
  scene,
  setKilled,
  signOnly,
  USDC,
  withFault,
} from './payout-scene'
import { signTransfer } from './payout-scene-on-chain'

/** Above what one endpoint's word does for. */
const LARGE = 150n * USDC

export type PayoutLife = {
  name: string
  /** What has happened before the worker starts. */
  arrange: () => Promise<AskedPayout[]>
  /** What happens before each of the worker's rounds. */
  steps: readonly (() => Promise<unknown>)[]
  /** Makes the world such that whatever the worker has left can end. */
  calm?: () => Promise<unknown>
  expectEnd: (payouts: readonly AskedPayout[]) => Promise<void>
  /** Of its round trips, some that it is told for. */
  includes: readonly RegExp[]
}

const nothing = async () => {}
const blocks = () => chain.mine(3)
const expectPaid = async (payouts: readonly AskedPayout[]) => {
  for (const payout of payouts) await expectPaidOnce(payout)
}

/** As if so many seconds had passed since the relayer last sent anything. */
export async function ageRelays(seconds: number) {
  await pool().query(
    `update relayer_transactions set sent_at = sent_at - make_interval(secs => $1) where status in ('prepared', 'sent') and sent_at is not null`,
    [seconds],
  )
}

const paid: PayoutLife = {
  name: 'two that are paid, one of them large',
  arrange: async () => {
    await openScene({ funds: 1_000n * USDC })
    return [await ask(), await ask({ amount: LARGE })]
  },
  steps: [nothing, blocks],
  expectEnd: expectPaid,
  includes: [
    /^insert into relayer_accounts/,
    /payout_claim_due/,
    /eth_call latest .*paused/,
    /first endpoint: eth_getBalance/,
    /payout_enter_signing_batch/,
    /payout_store_signatures/,
    /eth_call \w+ transferWithAuthorization/,
    /relay_prepare_payouts/,
    /first endpoint: eth_sendRawTransaction/,
    /set status = 'sent'/,
    /payout_move_batch.* succeeded/,
    /set status = 'mined'/,
    /payout_move_batch.* confirmed/,
    /second endpoint: eth_getLogs/,
    /set lease_until = null, waiting_for/,
  ],
}

const LOST_NONCES = 2

const nonceGap: PayoutLife = {
  name: 'one whose transaction has a nonce from a false count, and is lost',
  arrange: async () => {
    await openScene()
    const payout = await ask()
    const nonce = await chain.client.getTransactionCount({ address: localRelayerAddress })
    await chain.client.setAutomine(false)
    await chain.client.setNonce({ address: localRelayerAddress, nonce: nonce + LOST_NONCES })
    await round()
    for (const { hash } of await hashesOf(payout.id)) await chain.client.dropTransaction({ hash })
    await chain.client.setNonce({ address: localRelayerAddress, nonce })
    await chain.client.setAutomine(true)
    return [payout]
  },
  steps: [nothing, () => ageRelays(12), blocks, blocks],
  expectEnd: expectPaid,
  includes: [/generate_series/, /relay_fill_nonce/, /eth_sendRawTransaction/, /set waits_since_block/],
}

/** Today's price is twice what the transactions under way offer. */
async function passOver(blocks: number) {
  const { rows } = await pool().query<{ fee: bigint }>(
    `select max(max_fee_per_gas) as fee from relayer_transactions where status in ('prepared', 'sent')`,
  )
  for (let n = 0; n < blocks; n += 1) {
    await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 2n * (rows[0]?.fee ?? 0n) })
    await chain.mine(1)
  }
}

const raisedFee: PayoutLife = {
  name: 'one whose transaction is too cheap, is sent again, and replaced by one with a higher fee',
  arrange: async () => {
    await openScene()
    const payout = await ask()
    await chain.client.setAutomine(false)
    await round()
    await passOver(1)
    await trackRelays()
    await passOver(3)
    return [payout]
  },
  steps: [
    () => ageRelays(12),
    () => ageRelays(12),
    async () => {
      await chain.mine(1)
      await chain.client.setAutomine(true)
      await chain.mine(3)
    },
    blocks,
  ],
  calm: async () => {
    await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 1_000n })
    await chain.mine(1)
    await chain.client.setAutomine(true)
  },
  expectEnd: expectPaid,
  includes: [/eth_sendRawTransaction/, /set last_error/, /^with previous as/],
}

const dead: PayoutLife = {
  name: 'a large one that was stopped until its signature was dead',
  arrange: async () => {
    await openScene({ funds: 1_000n * USDC })
    const payout = await ask({ amount: LARGE })
    await signOnly()
    await setKilled(true)
    await outlive()
    return [payout]
  },
  steps: [nothing, nothing],
  expectEnd: async (payouts) => {
    for (const payout of payouts) await expectEnded(payout, 'authorization_expired')
  },
  includes: [/second endpoint: eth_getBlockByNumber finalized/, /payout_move_batch.* failed/],
}

const stopped: PayoutLife = {
  name: 'one that is stopped before any node has its transaction, whose nonce is filled, and then goes on',
  arrange: async () => {
    await openScene()
    const payout = await ask()
    await chain.client.setAutomine(false)
    await withFault({ event: 'update', table: 'relayer_transactions', when: "new.status = 'sent'" }, round)
    for (const { hash } of await hashesOf(payout.id)) await chain.client.dropTransaction({ hash })
    await chain.client.setAutomine(true)
    await setKilled(true)
    return [payout]
  },
  steps: [nothing, () => setKilled(false), blocks],
  calm: () => setKilled(false),
  expectEnd: expectPaid,
  includes: [/^with previous as .*'fill'/],
}

const forgotten: PayoutLife = {
  name: 'a large one that was paid before a backup was restored, which does not know of it',
  arrange: async () => {
    await openScene({ funds: 1_000n * USDC })
    const payout = await ask({ amount: LARGE })
    const { wallet } = scene
    await chain.sendAuthorization(
      wallet,
      await signTransfer(wallet, payout.to, payout.amount, nonceOf(payout)),
    )
    return [payout]
  },
  steps: [blocks, blocks],
  expectEnd: expectPaid,
  includes: [/second endpoint: eth_call latest/],
}

const reorganised: PayoutLife = {
  name: 'one whose block is gone, with its transaction',
  arrange: async () => {
    await openScene()
    const payout = await ask()
    await round()
    await trackRelays()
    await chain.reorg(1)
    return [payout]
  },
  steps: [nothing, blocks],
  expectEnd: expectPaid,
  includes: [/set status = 'prepared', block_number = null/, /eth_sendRawTransaction/],
}

export const PAYOUT_LIVES: readonly PayoutLife[] = [
  paid,
  nonceGap,
  raisedFee,
  stopped,
  forgotten,
  dead,
  reorganised,
]
