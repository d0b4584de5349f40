/** The kinds of the wallet's ledger. Apart from the views in `wallet.ts`, so that a list of them loads no zod. */
export const EVENT_KINDS = ['DEPOSIT', 'WITHDRAWAL', 'SETTLE', 'APPROVAL'] as const
export type EventKind = (typeof EVENT_KINDS)[number]
