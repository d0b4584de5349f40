import { markExpired } from './mandate-repository'

const ROWS = 500

/** Marks drafts past their link and mandates past their end; what is expired is so before anybody marks it. */
export async function expireMandates(): Promise<void> {
  await markExpired({ atMost: ROWS })
}
