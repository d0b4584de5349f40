import { inTransaction } from '@/server/core/db'

export type LedgerProof = {
  /** Accounts whose stored balance is not the sum of their transfers. */
  wrongAccounts: { id: bigint; kind: string; owner: string; stored: bigint; summed: bigint }[]
  /** What all balances add up to; zero in sound books. */
  total: bigint
  /** Deposits whose credits in the ledger are not what their row says. */
  wrongDeposits: { id: string; expected: bigint; credited: bigint }[]
  /** By receive address: what must be there, in atomic units of USDC. */
  required: { receiver: string; amount: bigint }[]
  /** The youngest block that a credit in these books came from. */
  newestBlock: bigint
}

// `owed` grows by debits, all others by credits: with its sign turned round the sum over all accounts is zero.
const SUMS = `select account, sum(amount) as amount from (
    select credit_account as account, amount from ledger_transfers
    union all select debit_account, -amount from ledger_transfers) moves group by account`

/**
 * Everything the books can prove by themselves, in one snapshot. `chainId` and `receiver` name where the money of this deployment
 * lies; withdrawals that may have left already are not required to be there.
 */
export async function readLedgerProof({
  chainId,
  receiver,
}: {
  chainId: number
  receiver: string
}): Promise<LedgerProof> {
  return inTransaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only')
    const accounts = await client.query<LedgerProof['wrongAccounts'][number]>(
      `select a.id, a.kind::text, a.owner, a.balance as stored,
              coalesce(s.amount, 0) * case a.kind when 'owed' then -1 else 1 end as summed
         from ledger_accounts a left join (${SUMS}) s on s.account = a.id
        where a.balance is not null
          and a.balance <> coalesce(s.amount, 0) * case a.kind when 'owed' then -1 else 1 end limit 50`,
    )
    const total = await client.query<{ total: bigint }>(
      `select coalesce(sum(case when a.balance is null then s.amount when a.kind = 'owed' then -a.balance else a.balance end), 0) as total
         from ledger_accounts a left join (${SUMS}) s on s.account = a.id`,
    )
    const deposits = await client.query<LedgerProof['wrongDeposits'][number]>(
      `with moved as (
         select split_part(t.cause, ':', 2) as id,
                sum(case t.kind when 'deposit' then t.amount else -t.amount end) as credited,
                count(*) filter (where t.kind = 'deposit') as times
           from ledger_transfers t
          where t.cause like 'deposit:%' and t.kind in ('deposit', 'deposit_reversal', 'debt') group by 1
       )
       select coalesce(d.id::text, m.id) as id, coalesce(m.credited, 0) as credited,
              case d.status when 'credited' then d.amount else 0 end as expected
         from deposits d full join moved m on m.id = d.id::text
        where coalesce(m.credited, 0) <> case d.status when 'credited' then d.amount else 0 end
           or coalesce(m.times, 0) <> coalesce(d.credit_count, 0) limit 50`,
    )
    const required = await client.query<{ amount: bigint }>(
      `select coalesce((select sum(case kind when 'owed' then -balance else balance end) from ledger_accounts where balance is not null), 0)
            - coalesce((select sum(amount) from withdrawals
                 where chain_id = $1 and from_address = $2 and status in ('signed', 'broadcasting')), 0) as amount`,
      [chainId, receiver],
    )
    const newest = await client.query<{ number: bigint }>(
      `select greatest(0, (select max(block_number) from deposits where chain_id = $1 and status = 'credited'),
                       (select max(block_number) from x402_payments where chain_id = $1 and status = 'settled'))::bigint as number`,
      [chainId],
    )
    return {
      newestBlock: newest.rows[0]?.number ?? 0n,
      wrongAccounts: accounts.rows,
      total: total.rows[0]?.total ?? 0n,
      wrongDeposits: deposits.rows,
      required: required.rows.map(({ amount }) => ({ receiver, amount })),
    }
  })
}
