import pg from 'pg'

/** The server has refused a statement; a connection that failed is none. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof pg.DatabaseError
}

/** One line about a database error that is safe to log: no values, no connection string. */
export function describeDatabaseError(error: unknown): string {
  if (error instanceof pg.DatabaseError) return `${error.code ?? 'error'}: ${error.message}`
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code ?? (error instanceof Error ? error.name : 'unknown error')
}
