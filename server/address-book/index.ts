export { addEntry, removeEntry, updateEntry } from './change-entries'
export { describeRecipient } from './describe-recipient'
export { exportEntriesCsv } from './export-entries-csv'
export { listEntries } from './list-entries'
