import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { checksummed, storedAddress } from '@/domain/address'
import type { AddressBookEntryView } from '@/domain/address-book'
import { isLookalike } from '@/domain/address-book'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { createTestAgent, randomAddress } from '@/test/harness/factories'
import { addMember, newPerson, newWorkspace, rest, type TestPerson, trpc } from '@/test/harness/people'
import { describeRecipient } from '.'

let owner: TestPerson
let workspaceId: string

beforeEach(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

function add(address: string, name: string, { by = owner, note }: { by?: TestPerson; note?: string } = {}) {
  return trpc('mutation', 'addressBook.add', {
    cookie: by.cookie,
    input: { workspaceId, address, name, ...(note === undefined ? {} : { note }) },
  })
}

async function entries(): Promise<AddressBookEntryView[]> {
  const { data } = await trpc('query', 'addressBook.list', { cookie: owner.cookie, input: { workspaceId } })
  return (data as { entries: AddressBookEntryView[] }).entries
}

async function audit(): Promise<{ action: string; target: string; details: unknown }[]> {
  const { rows } = await pool().query(
    `select action, target, details from audit_log where workspace_id = $1 and action like 'address_book.%' order by id`,
    [workspaceId],
  )
  return rows
}

/** A payout that a test's workspace has made: only what a recipient is known by matters here. */
async function insertPayout({ to, status }: { to: string; status: 'confirmed' | 'authorized' }) {
  const { agentId } = await createTestAgent({ workspaceId })
  await pool().query(
    `insert into payouts (workspace_id, agent_id, payout_id, request_hash, status, chain_id, network, currency, asset_address,
       from_address, to_address, asset_checksum, to_checksum, amount, expires_at, created_by, nonce, valid_before, signature)
     values ($1, $2, $3, '', $4, 31337, 'local', 'USDC', $5, $5, $6, $5, $6, 1, now(), $2, '0x' || $3, 1, '0x')`,
    [workspaceId, agentId, randomUUID(), status, randomAddress(), to],
  )
}

describe('the address book', () => {
  test('an entry is added, renamed and removed, and each act is in the audit log', async () => {
    const address = randomAddress()
    const { data } = await add(address, 'Supplier', { note: 'Invoices on Mondays' })
    const { id } = data as AddressBookEntryView
    expect(await entries()).toEqual([
      expect.objectContaining({
        id,
        address: checksummed(address),
        name: 'Supplier',
        note: 'Invoices on Mondays',
      }),
    ])
    const update = { workspaceId, id, name: 'Old supplier', note: null }
    await trpc('mutation', 'addressBook.update', { cookie: owner.cookie, input: update })
    await trpc('mutation', 'addressBook.update', { cookie: owner.cookie, input: update })
    expect(await entries()).toEqual([expect.objectContaining({ name: 'Old supplier', note: null })])
    await trpc('mutation', 'addressBook.remove', { cookie: owner.cookie, input: { workspaceId, id } })
    expect(await entries()).toEqual([])
    expect((await audit()).map(({ action, target }) => [action, target])).toEqual([
      ['address_book.added', address],
      ['address_book.changed', address],
      ['address_book.removed', address],
    ])
  })

  test('an address has one live name, however many people give it one at once; a removed one can come back', async () => {
    const address = randomAddress()
    const answers = await Promise.all(['A', 'B', 'C', 'D'].map((name) => add(address, name)))
    expect(answers.map(({ error }) => error?.code ?? 'added').sort()).toEqual([
      'CONFLICT',
      'CONFLICT',
      'CONFLICT',
      'added',
    ])
    const [entry] = await entries()
    await trpc('mutation', 'addressBook.remove', {
      cookie: owner.cookie,
      input: { workspaceId, id: entry?.id },
    })
    expect((await add(address, 'Again')).error?.code).toBeUndefined()
  })

  test.each([['Supplier'], ['SUPPLIER'], ['  supplier '], ['Ｓｕｐｐｌｉｅｒ']])(
    '%j is refused while another address bears the name Supplier, also by renaming',
    async (name) => {
      const known = randomAddress()
      await add(known, 'Supplier')
      expect((await add(randomAddress(), name)).error).toMatchObject({ code: 'CONFLICT', param: 'name' })
      const { data } = await add(randomAddress(), 'Somebody else')
      const input = { workspaceId, id: (data as AddressBookEntryView).id, name }
      const renamed = await trpc('mutation', 'addressBook.update', { cookie: owner.cookie, input })
      expect(renamed.error).toMatchObject({ code: 'CONFLICT', param: 'name' })
      expect((await entries()).map((entry) => entry.name)).toEqual(['Somebody else', 'Supplier'])
      expect(await audit()).toHaveLength(2)
      // The same address may change how its own name is written, and another workspace has names of its own.
      const own = (await entries()).find((entry) => entry.address === checksummed(known))
      const rewritten = { workspaceId, id: own?.id, name: 'SUPPLIER' }
      const { error } = await trpc('mutation', 'addressBook.update', {
        cookie: owner.cookie,
        input: rewritten,
      })
      expect(error).toBeNull()
    },
  )

  test('one name goes to one address, however many are given it at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => add(randomAddress(), 'Supplier')))
    expect(answers.filter(({ error }) => error === null)).toHaveLength(1)
    expect(await entries()).toHaveLength(1)
  })

  test('an address like a known one is added only after a person was shown which, and the audit log says so', async () => {
    const known = `0x1234${'7'.repeat(32)}5678`
    const alike = `0x1234${'9'.repeat(32)}5678`
    await add(known, 'Supplier')
    const shown = [{ address: checksummed(known), name: 'Supplier', knownAs: 'named' }]
    const refused = await add(alike, 'Another')
    expect(refused.error).toMatchObject({ code: 'lookalike_recipient', details: { lookalikes: shown } })
    expect(await entries()).toHaveLength(1)
    expect(await audit()).toHaveLength(1)
    const input = { workspaceId, address: alike, name: 'Another', isLookalikeAccepted: true }
    await trpc('mutation', 'addressBook.add', { cookie: owner.cookie, input })
    expect(await entries()).toHaveLength(2)
    expect((await audit()).at(-1)).toMatchObject({ target: alike, details: { lookalikes: shown } })
  })

  test('two look-alikes added at once do not slip past each other', async () => {
    const alike = ['1', '2', '3', '4'].map((digit) => `0x1234${digit.repeat(32)}5678`)
    const answers = await Promise.all(alike.map((address, at) => add(address, `Name ${at}`)))
    expect(answers.map(({ error }) => error?.code ?? 'added').sort()).toEqual([
      'added',
      'lookalike_recipient',
      'lookalike_recipient',
      'lookalike_recipient',
    ])
  })

  test('a full book takes no more', async () => {
    await pool().query(
      `insert into address_book_entries (workspace_id, address, name, created_by)
       select $1, '0x' || lpad(to_hex(i), 40, '0'), 'Name ' || i, $2 from generate_series(1, 1000) i`,
      [workspaceId, randomAddress()],
    )
    expect((await add(randomAddress(), 'One more')).error?.code).toBe('INVALID_STATE')
    expect(await entries()).toHaveLength(1000)
  })

  test('addresses that no payout may go to are refused', async () => {
    const { rows } = await pool().query<{ address: string }>(
      'select address from managed_wallets where workspace_id = $1',
      [workspaceId],
    )
    const refused = [
      `0x${'0'.repeat(40)}`,
      env().USDC_ADDRESS,
      env().SETTLEMENT_ADDRESS,
      '0x000000000022D473030F116dDEE9F6B43aC78BA3',
      '0xcA11bde05977b3631167028862bE2a173976CA11',
      rows[0]?.address ?? '',
    ]
    for (const address of refused)
      expect((await add(address, 'Nobody')).error?.code).toBe('recipient_refused')
    expect(await entries()).toEqual([])
    expect(await audit()).toEqual([])
  })

  test('approvers write in it, viewers read it, and others do not know that it is there', async () => {
    const [approver, viewer, outsider] = await Promise.all([newPerson(), newPerson(), newPerson()])
    await addMember(workspaceId, approver, 'APPROVER')
    await addMember(workspaceId, viewer, 'VIEWER')
    expect((await add(randomAddress(), 'By approver', { by: approver })).error?.code).toBeUndefined()
    expect((await add(randomAddress(), 'By viewer', { by: viewer })).error?.code).toBe('not_authorized')
    expect((await add(randomAddress(), 'By nobody', { by: outsider })).error?.code).toBe('not_found')
    const [entry] = await entries()
    const elsewhere = (await newWorkspace(outsider)).id
    for (const path of ['addressBook.update', 'addressBook.remove']) {
      const input = {
        workspaceId: elsewhere,
        id: entry?.id,
        ...(path.endsWith('update') && { name: 'Mine' }),
      }
      expect((await trpc('mutation', path, { cookie: outsider.cookie, input })).error?.code).toBe('not_found')
    }
    expect(await entries()).toHaveLength(1)
  })

  test('the CSV starts no formula, and only members get it', async () => {
    const address = randomAddress()
    await add(address, '=HYPERLINK("x")', { note: '+1' })
    const response = await rest('GET', `/api/v1/address-book.csv?workspaceId=${workspaceId}`, {
      cookie: owner.cookie,
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/csv')
    const [head, line] = (await response.text()).split('\n')
    expect(head).toBe('address,name,note,created_at,created_by,updated_at')
    expect(line).toContain(`${checksummed(address)},"'=HYPERLINK(""x"")",'+1,`)
    const outsider = await newPerson()
    const refused = await rest('GET', `/api/v1/address-book.csv?workspaceId=${workspaceId}`, {
      cookie: outsider.cookie,
    })
    expect(refused.status).toBe(404)
  })
})

describe('what is known of a recipient', () => {
  test('a name does not make it a paid one, a payout under way neither, a confirmed one does', async () => {
    const address = randomAddress()
    const described = () => describeRecipient({ workspaceId, address })
    expect(await described()).toEqual({
      address: checksummed(address),
      name: null,
      isFirstTime: true,
      lookalikes: [],
    })
    await add(address, 'Supplier')
    await insertPayout({ to: address, status: 'authorized' })
    expect(await described()).toMatchObject({ name: 'Supplier', isFirstTime: true })
    await insertPayout({ to: address, status: 'confirmed' })
    expect(await described()).toMatchObject({ name: 'Supplier', isFirstTime: false, lookalikes: [] })
  })

  test('look-alikes are found among names and among those who were paid, and of this workspace only', async () => {
    const address = storedAddress(`0x1234${'a'.repeat(32)}5678`)
    const sameEnds = storedAddress(`0x1234${'b'.repeat(32)}5678`)
    const oneApart = storedAddress(`0x0234${'a'.repeat(32)}5678`)
    await add(sameEnds, 'Supplier')
    await insertPayout({ to: oneApart, status: 'confirmed' })
    await add(`0x4321${'a'.repeat(32)}8765`, 'Somebody else')
    const { isFirstTime, lookalikes } = await describeRecipient({ workspaceId, address })
    expect(isFirstTime).toBe(true)
    expect(lookalikes).toEqual([
      { address: checksummed(sameEnds), name: 'Supplier', knownAs: 'named' },
      { address: checksummed(oneApart), name: null, knownAs: 'paid' },
    ])
    const elsewhere = (await newWorkspace(await newPerson())).id
    expect((await describeRecipient({ workspaceId: elsewhere, address })).lookalikes).toEqual([])
  })

  test('the database narrows down without losing a look-alike', async () => {
    const places = fc.uniqueArray(fc.nat({ max: 39 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(places, async (changed) => {
        const address = randomAddress()
        const other = storedAddress(
          `0x${[...address.slice(2)].map((one, at) => (changed.includes(at) ? (Number.parseInt(one, 16) ^ 1).toString(16) : one)).join('')}`,
        )
        await pool().query(
          `insert into address_book_entries (workspace_id, address, name, created_by) values ($1, $2, 'Known', $2)`,
          [workspaceId, other],
        )
        const { lookalikes } = await describeRecipient({ workspaceId, address })
        expect(lookalikes.some((known) => storedAddress(known.address) === other)).toBe(
          isLookalike(address, other),
        )
      }),
      { numRuns: 60 },
    )
  })
})
