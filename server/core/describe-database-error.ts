import pg from 'pg'

/** One line about a database error that is safe to log: no values, no connection string. */
export function describeDatabaseError(error: unknown): string {
  if (error instanceof pg.DatabaseError) return `${error.code ?? 'error'}: ${error.message}`
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code ?? (error instanceof Error ? error.name : 'unknown error')
}
