import { expect, test } from 'vitest'
import type { AlarmView } from '@/domain/instance'
import { payoutOfAlarm } from './payout-of-alarm'

const ID = '1e8ea41e-9f0c-4d7e-8a38-0b9d4f1c2a3b'

function alarm(kind: string, subject: string, details: AlarmView['details'] = {}): AlarmView {
  const at = '2026-11-21T18:00:00.000Z'
  return {
    ...{
      id: ID.replace('1', '2'),
      kind,
      subject,
      details,
      workspaceId: null,
      severity: 'critical',
      message: '',
    },
    ...{ firstSeenAt: at, lastSeenAt: at, resolvedAt: null, resolvedBy: null },
  }
}

test.each([
  ['the worker’s, about a payout', alarm('payout_reorganised', ID), ID],
  ['the checker’s, about a payout', alarm('payout_unpaid', `payout:${ID}`), ID],
  ['the checker’s, about its books', alarm('payout_books', `payout:${ID}:timeline`), ID],
  ['about a spend that used its authorization', alarm('payout_unknown_spend', '0xab:1', { payout: ID }), ID],
  ['about a spend that no payout knows', alarm('payout_unknown_spend', '0xab:1', { payout: null }), null],
  ['about a mandate', alarm('payout_books', 'mandate:m_1:mandate_sums'), null],
  ['about a withdrawal', alarm('withdrawal_waits', ID), null],
])('an alarm %s leads to it or nowhere', (_, about, payout) => {
  expect(payoutOfAlarm(about)).toBe(payout)
})
