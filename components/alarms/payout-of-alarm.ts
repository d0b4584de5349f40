import type { AlarmView } from '@/domain/instance'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The row id of the payout that an alarm is about; null when it is about something else. */
export function payoutOfAlarm({ kind, subject, details }: AlarmView): string | null {
  if (!kind.startsWith('payout_')) return null
  const [about = '', id] = subject.split(':')
  const named = about === 'payout' ? id : UUID.test(about) ? about : details.payout
  return typeof named === 'string' && UUID.test(named) ? named : null
}
