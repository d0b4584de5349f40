import {
  ArrowDownToLine,
  ArrowUpFromLine,
  type LucideIcon,
  ReceiptText,
  ShieldCheck,
  Undo2,
} from 'lucide-react'
import type { EventKind } from '@/domain/event-kinds'

const ICONS: Record<EventKind, LucideIcon> = {
  DEPOSIT: ArrowDownToLine,
  WITHDRAWAL: ArrowUpFromLine,
  SETTLE: ReceiptText,
  APPROVAL: ShieldCheck,
}

/** The picture of a kind of event; its word always stands beside it. */
export function KindIcon({ kind, isReversal }: { kind: EventKind; isReversal: boolean }) {
  const Icon = isReversal ? Undo2 : ICONS[kind]
  return (
    <span
      aria-hidden
      className="flex size-9 items-center justify-center rounded-full bg-sunken text-ink-muted [&_svg]:size-4"
    >
      <Icon />
    </span>
  )
}
