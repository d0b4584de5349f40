export const INBOX_ROWS = 50
export const INBOX_MILLISECONDS = 5_000

/** How the pages of the inbox follow each other: the same on the server, which reads the first, and in the browser. */
export const approvalsPaging = {
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}
