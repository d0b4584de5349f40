/**
 * The process's clock, for texts and budgets of time. What decides about money or rights uses the database's `now()`
 * or the chain's block time instead, so that a wrong clock on one machine changes nothing.
 */
export function now(): Date {
  return new Date()
}
