import { seal, unseal } from '@/server/core/sealing'

const purpose = 'priced api secret headers'

/** Seals the value of an upstream's secret header for one API: moved to another row it does not open. */
export function sealHeaderValue({ apiId, value }: { apiId: string; value: string }): Promise<string> {
  return seal(value, { purpose, owner: apiId })
}

/** The sealed value, or null when it was sealed under another SESSION_SECRET or for another API. */
export function unsealHeaderValue({
  apiId,
  sealed,
}: {
  apiId: string
  sealed: string
}): Promise<string | null> {
  return unseal(sealed, { purpose, owner: apiId })
}
