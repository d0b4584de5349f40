import type { CurrentPerson } from '@/components/shell/workspace-context'
import { checksummed } from '@/domain/address'
import type { MeView } from '@/domain/people'

/** Who is signed in, as the frame shows it. */
export function personOf(me: MeView): CurrentPerson {
  return { address: checksummed(me.address), isInstanceAdmin: me.isInstanceAdmin }
}
