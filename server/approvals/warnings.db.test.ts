import { beforeAll, describe, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import { pool } from '@/server/core/db'
import { approveAs, newTeam, readToApprove, toApproveMany } from '@/test/harness/approvals'
import { createTestMandate, randomAddress } from '@/test/harness/factories'
import { confirmPayout, createPendingPayout } from '@/test/harness/pending-payouts'
import { addMember, newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let workspaceId: string
beforeAll(async () => {
  owner = await newPerson()
  workspaceId = (await newWorkspace(owner)).id
})

const addressOf = ({ account }: TestPerson) => account.address.toLowerCase()

describe('what a person is warned of', () => {
  const codes = async (
    of: string,
    person: TestPerson,
    parts: Parameters<typeof createPendingPayout>[1] = {},
  ) => {
    const { approvalId } = await createPendingPayout(of, parts)
    const { warnings } = await readToApprove(person, approvalId)
    return warnings.filter(({ code }) => code !== 'balance_unknown')
  }
  const name = (of: string, person: TestPerson, address: string, text: string) =>
    pool().query(
      'insert into address_book_entries (workspace_id, address, name, created_by) values ($1, $2, $3, $4)',
      [of, address, text, addressOf(person)],
    )

  test('a recipient that is neither named nor paid; after one payment it is known', async () => {
    const { founder, id } = await newTeam()
    const toAddress = randomAddress()
    expect(await codes(id, founder, { toAddress })).toEqual([{ code: 'first_time_recipient', named: null }])
    const paid = await createPendingPayout(id, { toAddress })
    await approveAs(founder, paid.approvalId)
    expect(await codes(id, founder, { toAddress })).toEqual([{ code: 'first_time_recipient', named: null }])
    await confirmPayout(paid)
    expect(await codes(id, founder, { toAddress })).toEqual([])
  })

  test('an address like a named one, with which one', async () => {
    const { founder, id } = await newTeam()
    const known = `0x1234${'7'.repeat(32)}abcd`
    await name(id, founder, known, 'Acme GmbH')
    const alike = `0x1234${'9'.repeat(32)}abcd`
    expect(await codes(id, founder, { toAddress: alike })).toMatchObject([
      { code: 'first_time_recipient' },
      { code: 'look_alike', name: 'Acme GmbH' },
    ])
    const shown = await readToApprove(
      founder,
      (await createPendingPayout(id, { toAddress: known })).approvalId,
    )
    expect(shown.recipientName).toBe('Acme GmbH')
    expect(shown.warnings.map(({ code }) => code)).toEqual(['balance_unknown'])
    // What another workspace knows is nobody's business here.
    expect(await codes(workspaceId, owner, { toAddress: alike })).toEqual([
      { code: 'first_time_recipient', named: null },
    ])
  })

  test('a name given after the payment was asked for silences nothing, and no name silences a look-alike', async () => {
    const { founder, id } = await newTeam()
    const approver = await newPerson()
    await addMember(id, approver, 'APPROVER')
    const known = `0x1234${'7'.repeat(32)}5678`
    const poisoned = `0x1234${'9'.repeat(32)}5678`
    await name(id, founder, known, 'Supplier')
    const { approvalId } = await createPendingPayout(id, { toAddress: poisoned })
    const entry = { workspaceId: id, address: poisoned, name: 'Supplier 2', isLookalikeAccepted: true }
    await trpc('mutation', 'addressBook.add', { cookie: approver.cookie, input: entry })
    const shown = await readToApprove(founder, approvalId)
    expect(shown.recipientName).toBe('Supplier 2')
    const expected = [
      { code: 'first_time_recipient', named: { name: 'Supplier 2' } },
      { code: 'look_alike', name: 'Supplier', knownAs: 'named' },
    ]
    expect(shown.warnings).toMatchObject([...expected, { code: 'balance_unknown' }])
    const [line] = (await toApproveMany(founder, id, [approvalId])).lines
    expect(line).toMatchObject({ isFirstTime: true, warnings: expected })
  })

  test("an address like the workspace's own wallet, its payout wallet, a member's or an agent's", async () => {
    const { founder, id } = await newTeam()
    const agentWallet = randomAddress()
    const { agent } = await createPendingPayout(id)
    await pool().query('insert into linked_wallets (address, workspace_id) values ($1, $2)', [
      agentWallet,
      id,
    ])
    await pool().query(
      `insert into agent_wallets (agent_id, address, workspace_id, message, signature) values ($1, $2, $3, '', '0x')`,
      [agent.agentId, agentWallet, id],
    )
    const { rows } = await pool().query<{ address: string }>(
      'select address from managed_wallets where workspace_id = $1',
      [id],
    )
    const member = await newPerson()
    await addMember(id, member, 'VIEWER')
    const own = [addressOf(founder), rows[0]?.address ?? '', agentWallet, addressOf(member)]
    for (const address of own) {
      const toAddress = `${address.slice(0, 6)}${address.slice(6, 8) === '00' ? '11' : '00'}${address.slice(8)}`
      expect(await codes(id, founder, { toAddress })).toMatchObject([
        { code: 'first_time_recipient' },
        { code: 'look_alike', address: checksummed(address), name: null },
      ])
    }
  })

  test("a mandate's refusal, with its numbers", async () => {
    const { founder, id } = await newTeam()
    const { agent } = await createPendingPayout(id)
    const mandateId = await createTestMandate(agent, { maxAmountPerTx: 1_000_000n })
    const [, refused] = await codes(id, founder, { agent, mandateId, amount: 2_000_000n })
    expect(refused).toEqual({
      code: 'mandate_refused',
      refusal: { code: 'mandate_amount_over_cap', maxAmountPerTx: '1000000', required: '2000000' },
    })
  })

  test('while the chain does not answer, that the balance is not known, and the page still opens', async () => {
    const { approvalId } = await createPendingPayout(workspaceId)
    const { warnings, funds } = await readToApprove(owner, approvalId)
    expect(warnings).toContainEqual({ code: 'balance_unknown' })
    expect(funds).toMatchObject({ balance: null, after: null, reserved: '0' })
  })
})
