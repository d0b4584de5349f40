import type { KnownAs, Lookalike } from '@/domain/address-book'

const KNOWN: Record<KnownAs, string> = {
  named: 'an address in the address book',
  workspace_wallet: 'the workspace’s own wallet',
  payout_wallet: 'the payout wallet',
  member: 'the wallet of a member',
  agent_wallet: 'a wallet that is linked to an agent',
  paid: 'an address you have paid',
}

/** What a known address is called where another one could be taken for it. */
export function lookalikeWords({ name, knownAs }: Pick<Lookalike, 'name' | 'knownAs'>): string {
  return name ?? KNOWN[knownAs]
}
