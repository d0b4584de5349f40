import { ERRORS } from '@/domain/errors'
import { Table, TableCell, TableHead, TableRow } from '../ui/table'

/** Every code of the registry: programs branch on it, it never changes its meaning. */
export function ErrorsTable() {
  return (
    <div className="overflow-hidden rounded-lg border bg-surface shadow-low">
      <Table>
        <caption className="sr-only">Error codes</caption>
        <thead>
          <tr>
            <TableHead>Code</TableHead>
            <TableHead>Status</TableHead>
            <TableHead>Meaning</TableHead>
            <TableHead>May succeed later</TableHead>
          </tr>
        </thead>
        <tbody>
          {Object.entries(ERRORS).map(([code, { status, title, retryable }]) => (
            <TableRow key={code} id={`error-${code}`} className="scroll-mt-20 target:bg-accent-soft">
              <TableCell>
                <code className="text-[0.8125rem]">{code}</code>
              </TableCell>
              <TableCell className="figures">{status}</TableCell>
              <TableCell className="min-w-48 text-ink-muted">{title}</TableCell>
              <TableCell className="text-ink-muted">{retryable ? 'Yes' : 'No'}</TableCell>
            </TableRow>
          ))}
        </tbody>
      </Table>
    </div>
  )
}
