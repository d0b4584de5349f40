import { pool } from '@/server/core/db'

type Relayer = { chainId: number; relayer: string }

/** Registers a relayer key's address. One that is known keeps its next nonce, whatever an endpoint shows just now. */
export async function insertRelayerAccount({
  chainId,
  address,
  minedNonce,
}: {
  chainId: number
  address: string
  minedNonce: bigint
}) {
  await pool().query(
    `insert into relayer_accounts (chain_id, address, next_nonce) values ($1, $2, $3)
     on conflict (chain_id, address) do nothing`,
    [chainId, address, minedNonce],
  )
}

/**
 * The stored next nonce, and the one that is due: after everything that is stored and everything that is mined. They differ when the key was
 * used elsewhere, a backup was restored, or an endpoint showed a false count. Null for a relayer that is not registered.
 */
export async function findNonces({
  chainId,
  relayer,
  minedNonce,
  unreachableAhead,
}: Relayer & { minedNonce: bigint; unreachableAhead: number }): Promise<{
  next: bigint
  due: bigint
} | null> {
  const { rows } = await pool().query<{ next: bigint; due: bigint }>(
    `select next_nonce as next, greatest($3::bigint, (
         select max(nonce) + 1 from relayer_transactions where chain_id = $1 and relayer = $2 and nonce < $3::bigint + $4::bigint)) as due
       from relayer_accounts where chain_id = $1 and address = $2`,
    [chainId, relayer, minedNonce, unreachableAhead],
  )
  return rows[0] ?? null
}

/**
 * Whoever has taken a nonce meanwhile is right: then nothing changes, also when the counter is by now what it was, with bytes stored for the
 * nonces that this would give again.
 */
export async function setNextNonce({
  chainId,
  relayer,
  from,
  to,
  minedNonce,
  unreachableAhead,
}: Relayer & { from: bigint; to: bigint; minedNonce: bigint; unreachableAhead: number }): Promise<void> {
  await pool().query('select relay_set_next_nonce($1, $2, $3, $4, $5)', [
    chainId,
    relayer,
    from,
    to,
    minedNonce + BigInt(unreachableAhead),
  ])
}

/**
 * Whether the counter has passed nonces with stored bytes of which none is known to be mined. With nothing open these were given up: the chain
 * still waits for them, unless the key was used elsewhere.
 */
export async function isCounterAhead({ chainId, relayer }: Relayer): Promise<boolean> {
  const { rowCount } = await pool().query(
    `select 1 from relayer_accounts a join relayer_transactions t
         on t.chain_id = a.chain_id and t.relayer = a.address and t.nonce < a.next_nonce
       where a.chain_id = $1 and a.address = $2 and t.nonce > coalesce((
         select max(m.nonce) from relayer_transactions m where m.chain_id = $1 and m.relayer = $2 and m.status = 'mined'), -1)
       limit 1`,
    [chainId, relayer],
  )
  return rowCount === 1
}

/** Nonces before a stored one, from the mined count on, that no transaction has. */
export async function listMissingNonces({
  chainId,
  relayer,
  minedNonce,
  unreachableAhead,
  limit,
}: Relayer & { minedNonce: bigint; unreachableAhead: number; limit: number }): Promise<bigint[]> {
  const { rows } = await pool().query<{ nonce: bigint }>(
    `select n.nonce from generate_series($3::bigint, least($3::bigint + $5::bigint - 1, (
         select coalesce(max(nonce), -1) from relayer_transactions
         where chain_id = $1 and relayer = $2 and nonce < $3::bigint + $4::bigint))) n(nonce)
       where not exists (select 1 from relayer_transactions t where t.chain_id = $1 and t.relayer = $2 and t.nonce = n.nonce)
       order by n.nonce`,
    [chainId, relayer, minedNonce, unreachableAhead, limit],
  )
  return rows.map(({ nonce }) => nonce)
}

/** Relayers with something open that no worker has looked at for so long, other than `own`. */
export async function listAbandonedRelayers({
  chainId,
  own,
  seconds,
}: {
  chainId: number
  own: readonly string[]
  seconds: number
}): Promise<`0x${string}`[]> {
  const { rows } = await pool().query<{ address: `0x${string}` }>(
    `select address from relayer_accounts a
     where chain_id = $1 and address <> all($2::text[]) and (checked_at is null or checked_at < now() - make_interval(secs => $3))
       and (exists (select 1 from relayer_transactions t
           where t.chain_id = a.chain_id and t.relayer = a.address and t.status in ('prepared', 'sent'))
         or exists (select 1 from relayer_transactions t where t.chain_id = a.chain_id and t.relayer = a.address
           and t.status in ('mined', 'dropped') and coalesce(t.mined_at, t.dropped_at) > now() - interval '5 minutes'))`,
    [chainId, own, seconds],
  )
  return rows.map(({ address }) => address)
}

/** Whether any worker has registered a key that pays gas on this chain. */
export async function existsRelayerAccount(chainId: number): Promise<boolean> {
  const { rowCount } = await pool().query('select 1 from relayer_accounts where chain_id = $1 limit 1', [
    chainId,
  ])
  return rowCount === 1
}

/** The relayer addresses of this chain, the one whose gas was looked at last first. */
export async function listRelayerAddresses(chainId: number): Promise<`0x${string}`[]> {
  const { rows } = await pool().query<{ address: `0x${string}` }>(
    'select address from relayer_accounts where chain_id = $1 order by checked_at desc nulls last, address',
    [chainId],
  )
  return rows.map(({ address }) => address)
}

export async function recordGasBalance({
  chainId,
  address,
  balance,
}: {
  chainId: number
  address: string
  balance: bigint
}) {
  await pool().query(
    'update relayer_accounts set gas_balance = $3, checked_at = now() where chain_id = $1 and address = $2',
    [chainId, address, balance],
  )
}

/** The most that what a relayer has sent and not seen mined can cost, in wei; of a nonce one attempt is mined. */
export async function sumOpenCosts({ chainId, relayer }: Relayer): Promise<bigint> {
  const { rows } = await pool().query<{ cost: bigint }>(
    `select coalesce(sum(n.cost), 0)::numeric(78, 0) as cost from (
       select max(gas_limit * max_fee_per_gas) as cost from relayer_transactions
         where chain_id = $1 and relayer = $2 and status in ('prepared', 'sent') group by nonce) n`,
    [chainId, relayer],
  )
  return rows[0]?.cost ?? 0n
}
