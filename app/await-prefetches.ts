const PATIENCE_MILLISECONDS = 500

/**
 * Waits for what a page reads ahead, but no longer than half a second: a page must open while the chain's RPC is slow or
 * away. What is late is not handed over, so the browser asks for it and shows it as loading.
 */
export async function awaitPrefetches(reads: readonly Promise<unknown>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MILLISECONDS)
  })
  await Promise.race([Promise.all(reads), patience])
  clearTimeout(timer)
}
