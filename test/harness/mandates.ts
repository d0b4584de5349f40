import { expect } from 'vitest'
import type { RecipientDescription } from '@/domain/address-book'
import type { MandateDetailsView, MandateView } from '@/domain/mandate'
import type { buildMandate } from '@/domain/mandate-terms'
import { pool } from '@/server/core/db'
import type { TestAgent } from './factories'
import { rest, type TestPerson, trpc } from './people'

export const INTENT = {
  naturalLanguage: 'Pay the suppliers',
  limitAmount: '100000000',
  validForSeconds: 86_400,
}

/** Asks for a mandate as an agent does. */
export function askForMandate(
  agent: { headers: Record<string, string> },
  intent: object = {},
): Promise<Response> {
  return rest('POST', '/api/mandates/create-intent', {
    headers: agent.headers,
    body: { intent: { ...INTENT, ...intent } },
  })
}

/** The id of a fresh draft of an agent. */
export async function newDraft(
  agent: { headers: Record<string, string> },
  intent: object = {},
): Promise<string> {
  const response = await askForMandate(agent, intent)
  expect(response.status).toBe(200)
  return ((await response.json()) as { mandateId: string }).mandateId
}

export type ToSign = {
  mandate: MandateView
  typedData: ReturnType<typeof buildMandate>
  warnings: string[]
  requiredSignatures: number
  signatureCount: number
  signers: { address: string; isCounted: boolean }[]
  recipients: RecipientDescription[]
}

export const toSign = ({ cookie }: TestPerson, mandateId: string, terms?: object) =>
  trpc('query', 'mandates.toSign', { cookie, input: { mandateId, ...(terms ? { terms } : {}) } })

export const sendSignature = (
  { cookie }: TestPerson,
  input: { mandateId: string; signature: string; terms?: object },
) => trpc('mutation', 'mandates.sign', { cookie, input })

/** The person's signature over what the server says is to be signed. */
export async function signatureOf(
  person: TestPerson,
  mandateId: string,
  terms?: object,
): Promise<`0x${string}`> {
  const { data, error } = await toSign(person, mandateId, terms)
  expect(error).toBeNull()
  const { typedData } = data as ToSign
  return person.account.signTypedData(typedData as never)
}

/** Reads, signs and sends, as the page does. */
export async function signAs(person: TestPerson, mandateId: string, terms?: object) {
  const signature = await signatureOf(person, mandateId, terms)
  return sendSignature(person, { mandateId, signature, ...(terms ? { terms } : {}) })
}

/** A draft that one person signed. */
export async function newSignedMandate(
  agent: TestAgent,
  person: TestPerson,
  intent: object = {},
): Promise<string> {
  const mandateId = await newDraft(agent, intent)
  const { data, error } = await signAs(person, mandateId)
  expect(error).toBeNull()
  expect((data as MandateDetailsView).status).toBe('signed')
  return mandateId
}

export async function payoutState(
  id: string | null,
): Promise<{ status: string; failureReason: string | null }> {
  const { rows } = await pool().query<{ status: string; failureReason: string | null }>(
    'select status, failure_reason as "failureReason" from payouts where id = $1',
    [id],
  )
  const [row] = rows
  if (!row) throw new Error('no such payout')
  return row
}
