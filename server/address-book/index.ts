export { addEntry, removeEntry, updateEntry } from './change-entries'
export { describeRecipient, describeRecipients } from './describe-recipient'
export { exportEntriesCsv } from './export-entries-csv'
export { listEntries } from './list-entries'
