import * as z from 'zod'

const decimal = z.string().regex(/^\d+$/)

export const ALARM_KINDS = [
  'pool_mismatch',
  'deep_reorg',
  'chain_replaced',
  'stale_head',
  'missing_logs',
  'stray_transfer',
  'withdrawal_waits',
  'withdrawal_reorganised',
  'payout_waits',
  'payout_reorganised',
  'deposit_reversed',
  'second_endpoint',
  'ledger_mismatch',
  'receive_address_short',
  'webhook_disabled',
  'payout_books',
  'payout_unpaid',
  'payout_unproven',
  'payout_unknown_spend',
  'payout_stuck',
  'managed_wallet_short',
  'relayer_stuck',
] as const
export type AlarmKind = (typeof ALARM_KINDS)[number]

/** A condition that a person must see. */
export const alarmView = z.strictObject({
  id: z.uuid(),
  kind: z.string(),
  /** What it is about: an account, a block, a transaction. */
  subject: z.string(),
  workspaceId: z.uuid().nullable(),
  severity: z.enum(['warning', 'critical']),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  resolvedAt: z.iso.datetime().nullable(),
  /** An address, or the name of the check that found it gone. */
  resolvedBy: z.string().nullable(),
})
export type AlarmView = z.infer<typeof alarmView>

export const processView = z.strictObject({
  id: z.uuid(),
  kind: z.string(),
  host: z.string(),
  pid: z.number().int(),
  /** Whether this process's watcher writes the ledger. */
  isLeader: z.boolean(),
  isAlive: z.boolean(),
  details: z.record(z.string(), z.unknown()),
  startedAt: z.iso.datetime(),
  heartbeatAt: z.iso.datetime(),
})
export type ProcessView = z.infer<typeof processView>

export const watcherView = z.strictObject({
  /** `starting` has no cursor yet, `backfilling` reads history, `following` is at the head, `behind` is more than 15 blocks late. */
  state: z.enum(['starting', 'backfilling', 'following', 'behind']),
  headBlock: decimal.nullable(),
  finalBlock: decimal.nullable(),
  startBlock: decimal.nullable(),
  backfillTo: decimal.nullable(),
  /** The chain's own head; null when no endpoint answers. */
  chainHeadBlock: decimal.nullable(),
  lagBlocks: z.number().int().nullable(),
  updatedAt: z.iso.datetime().nullable(),
})
export type WatcherView = z.infer<typeof watcherView>

const relayerView = z.strictObject({
  address: z.string(),
  nextNonce: decimal,
  gasBalanceWei: decimal.nullable(),
  checkedAt: z.iso.datetime().nullable(),
})

/** `/instance`: what an instance administrator sees. */
export const instanceStatusView = z.strictObject({
  network: z.string(),
  chainId: z.number().int(),
  watcher: watcherView,
  /** Open alarms first, then those resolved in the last week; at most 200. */
  alarms: z.array(alarmView),
  processes: z.array(processView),
  relayers: z.array(relayerView),
})
export type InstanceStatusView = z.infer<typeof instanceStatusView>

const READINESS_CHECKS = ['database', 'chain', 'watcher', 'worker'] as const

export const readinessView = z.strictObject({
  ready: z.boolean(),
  checks: z.record(z.enum(READINESS_CHECKS), z.strictObject({ ok: z.boolean(), message: z.string() })),
})
export type ReadinessView = z.infer<typeof readinessView>
