import { type LucideIcon, Table2 } from 'lucide-react'
import { Button } from '../ui/button'

type ChartToggleProps = {
  isTable: boolean
  onChange: (isTable: boolean) => void
  /** Stands for the chart. */
  icon: LucideIcon
}

/** Switches a card between its chart and the same figures as a table. */
export function ChartToggle({ isTable, onChange, icon: ChartIcon }: ChartToggleProps) {
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label={isTable ? 'Show as chart' : 'Show as table'}
      onClick={() => onChange(!isTable)}
    >
      {isTable ? <ChartIcon aria-hidden /> : <Table2 aria-hidden />}
    </Button>
  )
}
