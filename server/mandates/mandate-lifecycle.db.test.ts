import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { expireMandates } from '@/server/mandates'
import { createTestAgent, type TestAgent } from '@/test/harness/factories'
import { act, eventsOf, getAs, newMandateTeam, revoke, setEnabled } from '@/test/harness/mandate-team'
import { newDraft, newSignedMandate, sendSignature, signAs, signatureOf } from '@/test/harness/mandates'
import { newPerson, newWorkspace, type TestPerson, trpc } from '@/test/harness/people'

let owner: TestPerson
let approver: TestPerson
let viewer: TestPerson
let workspaceId: string
let agent: TestAgent
let outsider: TestPerson
let outside: string
beforeAll(async () => {
  outsider = await newPerson()
  outside = (await newWorkspace(outsider)).id
})
beforeEach(async () => {
  ;({ owner, approver, viewer, workspaceId, agent } = await newMandateTeam())
})

describe('on, off and the end', () => {
  test('off and on again, each audited once; who may not approve changes nothing', async () => {
    const mandateId = await newSignedMandate(agent, owner)
    for (const change of [setEnabled(viewer, mandateId, false), revoke(viewer, mandateId)]) {
      expect((await change).error).toMatchObject({ code: 'not_authorized' })
    }
    expect((await setEnabled(approver, mandateId, false)).data).toMatchObject({ isEnabled: false })
    expect((await setEnabled(approver, mandateId, false)).data).toMatchObject({ isEnabled: false })
    expect((await setEnabled(viewer, mandateId, true)).error).toMatchObject({ code: 'not_authorized' })
    expect((await setEnabled(owner, mandateId, true)).data).toMatchObject({ isEnabled: true })
    const acts = (await getAs(owner, mandateId)).acts.map(({ action }) => action)
    expect(acts.slice(0, 2)).toEqual(['mandate.enabled', 'mandate.disabled'])
    expect(acts).toHaveLength(4)
  })

  test('a draft, an expired one and a revoked one are not switched', async () => {
    const draft = await newDraft(agent)
    const ended = await newSignedMandate(agent, owner)
    await pool().query(
      `update mandates set valid_from = now() - interval '2 d', valid_until = now() where id = $1`,
      [ended],
    )
    const gone = await newSignedMandate(agent, owner)
    await revoke(owner, gone)
    for (const [id, state] of [
      [draft, 'pending_signature'],
      [ended, 'expired'],
      [gone, 'revoked'],
    ] as const) {
      for (const isEnabled of [true, false]) {
        const { error } = await setEnabled(owner, id, isEnabled)
        expect(error).toMatchObject({ code: 'INVALID_STATE', details: { state } })
      }
    }
  })

  test('a revocation is final, says so once to webhooks, and a repeat answers the same', async () => {
    const mandateId = await newSignedMandate(agent, owner)
    expect((await revoke(approver, mandateId)).data).toMatchObject({
      status: 'revoked',
      revokedBy: approver.account.address,
    })
    expect((await revoke(owner, mandateId)).data).toMatchObject({ revokedBy: approver.account.address })
    expect((await eventsOf(mandateId)).map(({ type }) => type)).toEqual(['mandate.signed', 'mandate.revoked'])
  })

  test('of signing and revoking at once, the mandate ends revoked', async () => {
    for (let round = 0; round < 5; round += 1) {
      const mandateId = await newDraft(agent)
      const signature = await signatureOf(owner, mandateId)
      const [signed, revoked] = await Promise.all([
        sendSignature(owner, { mandateId, signature }),
        revoke(approver, mandateId),
      ])
      expect(revoked.error).toBeNull()
      if (signed.error)
        expect(signed.error).toMatchObject({ code: 'INVALID_STATE', details: { state: 'revoked' } })
      expect((await getAs(owner, mandateId)).status).toBe('revoked')
    }
  })

  test('the sweep ends signed mandates at their end and leaves the others', async () => {
    const [ended, living] = [await newSignedMandate(agent, owner), await newSignedMandate(agent, owner)]
    await pool().query(
      `update mandates set valid_from = now() - interval '2 d', valid_until = now() where id = $1`,
      [ended],
    )
    await expireMandates()
    const { rows } = await pool().query('select id, status from mandates where id = any($1)', [
      [ended, living],
    ])
    expect(Object.fromEntries(rows.map(({ id, status }) => [id, status]))).toEqual({
      [ended]: 'expired',
      [living]: 'signed',
    })
  })
})

describe('a person', () => {
  const create = (person: TestPerson, input: object) => act(person, 'create', { workspaceId, ...input })
  const drawn = { naturalLanguage: 'Buy data', limitAmount: '10', validForSeconds: 3600 }

  test('draws one up for an agent; it waits a day and is listed', async () => {
    const { data, error } = await create(approver, { ...drawn, agentId: agent.agentId })
    expect(error).toBeNull()
    const { mandate, authorizationUrl, expiresAt } = data as {
      mandate: { mandateId: string }
      authorizationUrl: string
      expiresAt: string
    }
    expect(authorizationUrl).toBe(`http://localhost:3000/mandate/${mandate.mandateId}`)
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(86_300_000)
    const list = await trpc('query', 'mandates.list', { cookie: viewer.cookie, input: { workspaceId } })
    expect(list.data).toMatchObject({
      mandates: [
        { mandateId: mandate.mandateId, createdBy: approver.account.address, agentName: 'Test agent' },
      ],
      nextCursor: null,
    })
    expect((await signAs(owner, mandate.mandateId)).data).toMatchObject({ status: 'signed' })
  })

  test("not for another workspace's agent or a revoked one", async () => {
    const foreign = await createTestAgent({ workspaceId: outside })
    await pool().query('update agents set revoked_at = now() where id = $1', [agent.agentId])
    for (const { agentId } of [foreign, agent]) {
      expect((await create(owner, { ...drawn, agentId })).error).toMatchObject({ code: 'agent_not_found' })
    }
  })

  test('the list is filtered by agent and status and paged', async () => {
    const other = await createTestAgent({ workspaceId })
    const ids = [await newDraft(agent), await newDraft(agent), await newSignedMandate(other, owner)].reverse()
    const list = async (input: object) => {
      const { data } = await trpc('query', 'mandates.list', {
        cookie: owner.cookie,
        input: { workspaceId, ...input },
      })
      const { mandates, nextCursor } = data as {
        mandates: { mandateId: string }[]
        nextCursor: string | null
      }
      return { ids: mandates.map(({ mandateId }) => mandateId), nextCursor }
    }
    expect(await list({})).toEqual({ ids, nextCursor: null })
    expect(await list({ status: 'signed' })).toMatchObject({ ids: ids.slice(0, 1) })
    expect(await list({ agentId: agent.agentId })).toMatchObject({ ids: ids.slice(1) })
    expect(await list({ limit: 2 })).toEqual({ ids: ids.slice(0, 2), nextCursor: ids[1] })
    expect(await list({ limit: 2, cursor: ids[1] })).toEqual({ ids: ids.slice(2), nextCursor: null })
  })
})
