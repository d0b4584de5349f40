import type { EntryKind, EntryView } from '@/domain/balance'

const TITLES: Record<EntryKind, string> = {
  deposit: 'Deposit',
  deposit_reversal: 'Deposit taken back',
  debt_repayment: 'Debt repaid',
  x402_topup: 'Top-up by x402',
  x402_reversal: 'Top-up taken back',
  charge: 'Charge',
  charge_refund: 'Charge given back',
  withdrawal: 'Refund to a wallet',
  withdrawal_returned: 'Refund that came back',
  move: 'Move',
  adjustment: 'Adjustment',
}

const MEANINGS: Partial<Record<EntryKind, string>> = {
  deposit: 'USDC that reached the receive address',
  deposit_reversal: 'A reorganisation of the chain dropped the deposit',
  debt_repayment: 'Repays what was spent of a deposit that was taken back',
  x402_topup: 'A signed payment instead of a transfer',
  x402_reversal: 'A reorganisation of the chain dropped the payment',
  withdrawal: 'Unspent balance, on its way back on chain',
  withdrawal_returned: 'It could not be sent, and is here again',
}

/** An entry in words: what it is, and what it was for. */
export function entryWords({ kind, direction, reference, charge, otherAgent }: EntryView): {
  title: string
  meaning: string
} {
  if (kind === 'move') {
    const name = otherAgent?.name ?? 'another agent'
    return direction === 'in'
      ? { title: 'Moved here', meaning: `from ${name}` }
      : { title: 'Moved away', meaning: `to ${name}` }
  }
  const spentOn = [reference, charge?.description].filter(Boolean).join(': ')
  return { title: TITLES[kind], meaning: MEANINGS[kind] ?? spentOn }
}
