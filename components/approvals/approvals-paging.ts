export const INBOX_ROWS = 50
export const INBOX_MILLISECONDS = 5_000

/** What the overview shows of the inbox: the most urgent of this person. */
export const WAITING_LINES = { limit: 3, isForMe: true }

/** How the pages of the inbox follow each other: the same on the server, which reads the first, and in the browser. */
export const approvalsPaging = {
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}
