import { type Hex, isHex, type LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import * as z from 'zod'
import { localDemoAccounts } from '@/domain/local-accounts'

export type TestAccount = { name: string; address: `0x${string}`; isBurner: boolean }

const STORAGE_KEY = 'bursar.test-wallet.v1'
const DEMO_NAMES: Record<(typeof localDemoAccounts)[number]['role'], string> = {
  owner: 'Owner',
  approver: 'Approver',
  operator: 'Operator',
}

const keySchema = z
  .string()
  .refine((text) => isHex(text) && text.length === 66)
  .transform((text) => text as Hex)
const storedSchema = z.object({
  burnerKeys: z.array(keySchema).max(50),
  selected: z.string(),
  isConnected: z.boolean(),
})
type Stored = z.infer<typeof storedSchema>

export type TestWalletKeyring = ReturnType<typeof createTestWalletKeyring>

/**
 * The accounts of the test wallet: the demo world's people and throwaway keys that this browser keeps. Also remembers
 * which is selected and whether this site is connected, so that a reload changes nothing.
 */
export function createTestWalletKeyring(storage: Pick<Storage, 'getItem' | 'setItem'>) {
  let state = load(storage)
  let accounts = listAccounts(state)
  const listeners = new Set<() => void>()

  function show(next: Stored) {
    state = next
    accounts = listAccounts(state)
    for (const notify of listeners) notify()
  }

  function update(change: Partial<Stored>) {
    const next = { ...state, ...change }
    storage.setItem(STORAGE_KEY, JSON.stringify(next))
    show(next)
  }

  return {
    /** The same array until something changes. */
    accounts: () => accounts,
    selected: (): TestAccount =>
      accounts.find(({ address }) => address === state.selected) ?? firstOf(accounts),
    isConnected: () => state.isConnected,
    select: (address: string) => {
      if (accounts.some((account) => account.address === address)) update({ selected: address })
    },
    setConnected: (isConnected: boolean) => update({ isConnected }),
    addBurner: (): TestAccount => {
      const key = generatePrivateKey()
      const { address } = privateKeyToAccount(key)
      update({ burnerKeys: [...state.burnerKeys, key], selected: address })
      return firstOf(accounts.filter((account) => account.address === address))
    },
    /** Takes over what another tab has stored, so that no tab writes an older list of keys over a newer one. */
    reload: () => show(load(storage)),
    signerOf: (address: string): LocalAccount | null => findSigner(state, address),
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function load(storage: Pick<Storage, 'getItem'>): Stored {
  const empty: Stored = { burnerKeys: [], selected: localDemoAccounts[0].address, isConnected: false }
  try {
    return storedSchema.parse(JSON.parse(storage.getItem(STORAGE_KEY) ?? 'null'))
  } catch {
    return empty
  }
}

function listAccounts({ burnerKeys }: Stored): TestAccount[] {
  return [
    ...localDemoAccounts.map(({ role, address }) => ({ name: DEMO_NAMES[role], address, isBurner: false })),
    ...burnerKeys.map((key, index) => ({
      name: index === 0 ? 'Burner' : `Burner ${index + 1}`,
      address: privateKeyToAccount(key).address,
      isBurner: true,
    })),
  ]
}

function findSigner({ burnerKeys }: Stored, address: string): LocalAccount | null {
  const keys: Hex[] = [...localDemoAccounts.map(({ privateKey }) => privateKey), ...burnerKeys]
  return (
    keys
      .map((key) => privateKeyToAccount(key))
      .find((each) => each.address.toLowerCase() === address.toLowerCase()) ?? null
  )
}

function firstOf(accounts: TestAccount[]): TestAccount {
  const [first] = accounts
  if (!first) throw new Error('the test wallet has no such account')
  return first
}
