export const MANDATES_PAGE_ROWS = 50

/** How the pages of the list follow each other: the same on the server, which reads the first, and in the browser. */
export const mandatesPaging = {
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
}
