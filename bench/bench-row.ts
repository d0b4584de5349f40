/** A line of the table: what was measured, what it is compared with in the same run, and what is asked of it. */
export type BenchRow = { name: string; measured: string; limit: string; goal: string; isMet: boolean }

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
