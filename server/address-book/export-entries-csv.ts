import { stringify } from 'csv-stringify/sync'
import { readEntries } from './entry-repository'
import { buildEntryView } from './entry-view'

const COLUMNS = ['address', 'name', 'note', 'created_at', 'created_by', 'updated_at']

/** The address book as CSV by name; no cell can start a formula in a spreadsheet. */
export async function exportEntriesCsv({ workspaceId }: { workspaceId: string }): Promise<string> {
  const entries = (await readEntries(workspaceId)).map(buildEntryView)
  const records = entries.map((entry) => [
    entry.address,
    entry.name,
    entry.note ?? '',
    entry.createdAt,
    entry.createdBy,
    entry.updatedAt,
  ])
  return stringify([COLUMNS, ...records], { escape_formulas: true })
}
