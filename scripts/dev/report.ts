/** Runs one step of the start and prints one line with its time. */
export async function report<T>(
  label: string,
  step: () => Promise<T> | T,
  summarize?: (result: T) => string,
): Promise<T> {
  const started = performance.now()
  const result = await step()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const detail = summarize?.(result)
  console.log(`  ${label.padEnd(22)} ${seconds.padStart(5)} s${detail ? `  ${detail}` : ''}`)
  return result
}

export type Report = typeof report
