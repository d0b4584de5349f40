import { beforeAll, describe, expect, test } from 'vitest'
import { checksummed } from '@/domain/address'
import { pool } from '@/server/core/db'
import { expireMandates } from '@/server/mandates'
import {
  createTestAgent,
  createTestMandate,
  createTestWorkspace,
  type TestAgent,
} from '@/test/harness/factories'
import { askForMandate, newSignedMandate } from '@/test/harness/mandates'
import { askPayout, createPayoutOf, payoutBody, RECIPIENT } from '@/test/harness/payouts'
import { expectProblem, newPerson, newWorkspace, rest } from '@/test/harness/people'

const SUPPLIER = checksummed(`0x${'ab'.repeat(20)}`)

let agent: TestAgent
beforeAll(async () => {
  agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
})

async function readMandate(mandateId: string) {
  const response = await rest('GET', `/api/mandates/agent/${mandateId}`, { headers: agent.headers })
  return ((await response.json()) as { mandate: Record<string, unknown> }).mandate
}

const storedRefusal = async (payoutId: string) => {
  const { rows } = await pool().query<{ refusal: unknown }>(
    'select a.refusal from approvals a join payouts p on p.id = a.payout_row_id where p.payout_id = $1',
    [payoutId],
  )
  return rows[0]?.refusal
}

describe('a mandate whose time is over', () => {
  test.each([
    ['signed', 'mandate_expired', 'signed_at = now()'],
    ['turned off, which is judged first', 'mandate_disabled', 'is_enabled = false'],
    [
      'of which the link to sign is over',
      'mandate_not_signed',
      "status = 'pending_signature', signed_at = null, link_expires_at = now() - interval '1 s'",
    ],
    [
      'turned off and never signed, which is judged before that',
      'mandate_not_signed',
      "status = 'pending_signature', signed_at = null, is_enabled = false",
    ],
    ['revoked', 'mandate_disabled', "status = 'revoked'"],
  ] as const)(
    '%s: is refused alike, with what GET answers, before and after the sweep',
    async (_, code, sql) => {
      const mandateId = await createTestMandate(agent)
      await pool().query(
        `update mandates set valid_from = now() - interval '2 s', valid_until = now() - interval '1 s', ${sql} where id = $1`,
        [mandateId],
      )
      const ask = async () => {
        const answer = await askPayout(agent, payoutBody({ mandateId }))
        return { ...(await expectProblem(answer, 400, code)), requestId: '' }
      }
      const before = await ask()
      await expireMandates()
      expect(await ask()).toEqual(before)
      const { status, validFrom, validUntil } = await readMandate(mandateId)
      expect(before).toMatchObject({ mandateStatus: status })
      if (code === 'mandate_expired') expect(before).toMatchObject({ validFrom, validUntil })
    },
  )

  test('a draft whose link is over, before its end, is mandate_not_signed too, and expired: nobody can sign it any more', async () => {
    const mandateId = await createTestMandate(agent, { isDraft: true })
    await pool().query("update mandates set link_expires_at = now() - interval '1 s' where id = $1", [
      mandateId,
    ])
    const problem = await expectProblem(
      await askPayout(agent, payoutBody({ mandateId })),
      400,
      'mandate_not_signed',
    )
    expect(problem).toMatchObject({ mandateStatus: 'expired', detail: expect.stringContaining('a new one') })
  })
})

describe('mandate_recipient_not_allowed', () => {
  test('names the allowed recipients as GET does: checksummed, and so does what an approver reads', async () => {
    const person = await newPerson()
    const own = await createTestAgent({ workspaceId: (await newWorkspace(person)).id })
    const mandateId = await newSignedMandate(own, person, { recipientAllowlist: [SUPPLIER.toLowerCase()] })
    const problem = await expectProblem(
      await askPayout(own, payoutBody({ mandateId })),
      400,
      'mandate_recipient_not_allowed',
    )
    expect(problem).toMatchObject({ recipientAllowlist: [SUPPLIER] })
    const { payoutId } = await createPayoutOf(own, { mandateId, onMandateRefusal: 'ask' })
    expect(await storedRefusal(payoutId)).toEqual({
      code: 'mandate_recipient_not_allowed',
      recipientAllowlist: [SUPPLIER],
    })
  })

  test('is checksummed for a mandate that was drawn up before spellings were kept', async () => {
    const mandateId = await createTestMandate(agent, { recipientAllowlist: [SUPPLIER] })
    const answer = await askPayout(agent, payoutBody({ mandateId }))
    const problem = await expectProblem(answer, 400, 'mandate_recipient_not_allowed')
    expect(problem).toMatchObject({ recipientAllowlist: [SUPPLIER] })
  })

  test('names the hosts of a mandate that is for calls to them, and no recipients', async () => {
    const mandateId = await createTestMandate(agent, { recipientAllowlist: [RECIPIENT] })
    await pool().query("update mandates set host_allowlist = array['api.example.com'] where id = $1", [
      mandateId,
    ])
    const answer = await askPayout(agent, payoutBody({ mandateId }))
    const problem = await expectProblem(answer, 400, 'mandate_recipient_not_allowed')
    expect(problem).toMatchObject({ hostAllowlist: ['api.example.com'] })
    expect(problem.detail).toContain('hosts')
    expect(problem).not.toHaveProperty('recipientAllowlist')
  })
})

describe('an id of any form', () => {
  test.each([
    ['NUL', '%00'],
    ['NUL at its end', 'm_%00'],
    ['other letters', 'ü'],
    ['capitals', `m_${'A'.repeat(32)}`],
    ['a digit too many', `m_${'a'.repeat(33)}`],
    ['3000 characters', 'a'.repeat(3_000)],
    ['half a character', '%E0%A4%A'],
  ])('with %s is the mandate_not_found of one that never was', async (_, id) => {
    const answer = await rest('GET', `/api/mandates/agent/${id}`, { headers: agent.headers })
    const absent = await rest('GET', `/api/mandates/agent/m_${'0'.repeat(32)}`, { headers: agent.headers })
    const [one, other] = [
      await expectProblem(answer, 404, 'mandate_not_found'),
      await expectProblem(absent, 404, 'mandate_not_found'),
    ]
    expect({ ...one, requestId: '' }).toEqual({ ...other, requestId: '' })
  })

  test.each(['%00', '%C3%BC', 'm_%00', `m_${'0'.repeat(32)}`])(
    '%s is no cursor of a list',
    async (cursor) => {
      const paths = ['/api/mandates?', `/api/mandates/eligible?amount=1&toAddress=${SUPPLIER}&`]
      for (const path of paths) {
        const answer = await rest('GET', `${path}cursor=${cursor}`, { headers: agent.headers })
        await expectProblem(answer, 400, 'invalid_cursor')
      }
    },
  )
})

test('null stands for a field of an intent that is left out, as for payouts', async () => {
  const names = ['currency', 'category', 'hostAllowlist', 'maxAmountPerTx', 'recipientAllowlist', 'period']
  const ask = async (intent: object) => {
    const response = await askForMandate(agent, intent)
    expect(response.status).toBe(200)
    const view = await readMandate(((await response.json()) as { mandateId: string }).mandateId)
    return names.map((name) => view[name])
  }
  const left = await ask({})
  expect(left).toEqual(['USDC', 'general', null, null, null, null])
  expect(await ask(Object.fromEntries(names.map((name) => [name, null])))).toEqual(left)
})
