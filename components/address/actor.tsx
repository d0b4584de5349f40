import { parseAddress } from '@/domain/address'
import { Address } from './address'

// Parts of the console that act without a person, by the name that they write into rows.
const OWN_PARTS: Record<string, string> = {
  worker: 'This console',
  checker: 'The console’s own checker',
}

/** What is not a person: a part of the console in words; ids as they are. */
export function ownPartName(actor: string): string {
  return OWN_PARTS[actor] ?? actor
}

/** Who acted: a person by address, or a part of the console by its name. */
export function Actor({ actor }: { actor: string }) {
  if (parseAddress(actor)) return <Address address={actor} isPlain size="sm" />
  return <span className="font-medium">{ownPartName(actor)}</span>
}
