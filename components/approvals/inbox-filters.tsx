'use client'

import { parseAsString, parseAsStringLiteral } from 'nuqs'
import { AgentSelect } from '../agents/agent-select'
import { payoutsCsvHref } from '../payouts/payouts-params'
import { useMay, useWorkspace } from '../shell/workspace-context'
import { ExportCsv } from '../ui/export-csv'
import { Select } from '../ui/select'

/** What stands in the address of the inbox: `?tab=waiting&whose=me&agent=agt_…`; the agent is also that of the other tab. */
export const inboxParsers = { whose: parseAsStringLiteral(['me']), agent: parseAsString }

type Filter = { whose: 'me' | null; agent: string | null }
type InboxFiltersProps = Filter & { onChange: (change: Partial<Filter>) => void }

/** What the inbox is narrowed to: what this person can still decide, and one agent. */
export function InboxFilters({ whose, agent, onChange }: InboxFiltersProps) {
  const { id: workspaceId } = useWorkspace()
  const mayApprove = useMay('approve')
  const csv = payoutsCsvHref(workspaceId, {
    group: 'waiting',
    ...(agent ? { agentId: agent.slice(0, 128) } : {}),
  })
  return (
    <search className="grid grid-cols-2 items-center gap-2 border-t px-5 py-3 sm:flex sm:flex-wrap">
      {mayApprove ? (
        <Select
          aria-label="Whose decision"
          className="sm:w-52"
          value={whose ?? 'all'}
          onValueChange={(next) => onChange({ whose: next === 'me' ? 'me' : null })}
          options={[
            { value: 'all', label: 'Anybody’s' },
            { value: 'me', label: 'Mine' },
          ]}
        />
      ) : null}
      <AgentSelect value={agent} onChange={(next) => onChange({ agent: next })} />
      {/* The file knows no person: it holds all that waits. */}
      {whose === null ? <ExportCsv href={csv} /> : null}
    </search>
  )
}
