import { Clock, Undo2 } from 'lucide-react'
import { Badge } from '../ui/badge'
import type { ActivityRow } from './merge-activity'

/** The state of an event where it is not simply final: "Confirming 3 of 6", "Taken back". */
export function EventState({ row }: { row: Pick<ActivityRow, 'confirming' | 'isReversed'> }) {
  if (row.confirming) {
    const { confirmations, required } = row.confirming
    return (
      <Badge tone="active" icon={Clock} className="figures">
        {`Confirming ${confirmations} of ${required}`}
      </Badge>
    )
  }
  if (!row.isReversed) return null
  return (
    <Badge tone="caution" icon={Undo2}>
      Taken back
    </Badge>
  )
}
