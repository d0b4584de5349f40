import { RateLimiterMemory, RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible'
import { pool } from '@/server/core/db'

type Quota = {
  /** Names the class in the headers and in the key: `anonymous`, `reads`, `money`. */
  name: string
  perMinute: number
}

export type Spending = {
  isAllowed: boolean
  /** What the caller may still send in this window, as far as this instance knows. */
  remaining: number
  resetSeconds: number
}

type Window = { endsAt: number; unspent: number; unleased: number; pending: Promise<void> | undefined }

const WINDOW_SECONDS = 60
// A twentieth of the quota per lease: at most twenty writes a minute and caller, and at most that much lies unused on an
// instance that the caller has left.
const SHARES = 20
// Callers that fit in memory at once; the oldest windows go first, and a caller that was forgotten leases anew.
const MAX_WINDOWS = 50_000

/**
 * Counts requests against quotas that all instances share. An instance leases a share of a caller's quota from
 * PostgreSQL, spends it in memory and comes back for the next; a spent quota is remembered until its window ends, so
 * that a flood costs no writes. While the database is away each instance counts alone.
 */
export class RateLimit {
  readonly #quota: Quota
  readonly #share: number
  readonly #store: RateLimiterPostgres
  readonly #windows = new Map<string, Window>()

  constructor(quota: Quota) {
    this.#quota = quota
    this.#share = Math.max(1, Math.ceil(quota.perMinute / SHARES))
    this.#store = new RateLimiterPostgres({
      storeClient: { query: queryWithNumbers },
      storeType: 'client',
      tableName: 'rate_limit_windows',
      tableCreated: true,
      keyPrefix: quota.name,
      points: quota.perMinute,
      duration: WINDOW_SECONDS,
      insuranceLimiter: new RateLimiterMemory({ points: quota.perMinute, duration: WINDOW_SECONDS }),
    })
  }

  get policyHeader(): string {
    return `"${this.#quota.name}";q=${this.#quota.perMinute};w=${WINDOW_SECONDS}`
  }

  headerOf({ remaining, resetSeconds }: Spending): string {
    return `"${this.#quota.name}";r=${remaining};t=${resetSeconds}`
  }

  /** Whether this instance knows that the caller has nothing left in this window; asks nobody. */
  isSpent(caller: string): boolean {
    const window = this.#windows.get(caller)
    return window !== undefined && window.endsAt > Date.now() && window.unspent + window.unleased === 0
  }

  /** Spends one request of the caller's quota. */
  async spend(caller: string): Promise<Spending> {
    const window = this.#windowOf(caller)
    while (window.unspent === 0 && window.unleased > 0) {
      window.pending ??= this.#lease(caller, window).finally(() => {
        window.pending = undefined
      })
      await window.pending
    }
    const isAllowed = window.unspent > 0
    if (isAllowed) window.unspent -= 1
    const resetSeconds = Math.max(1, Math.ceil((window.endsAt - Date.now()) / 1000))
    return { isAllowed, remaining: window.unspent + window.unleased, resetSeconds }
  }

  #windowOf(caller: string): Window {
    const known = this.#windows.get(caller)
    if (known && known.endsAt > Date.now()) return known
    this.#windows.delete(caller)
    if (this.#windows.size >= MAX_WINDOWS) {
      const [oldest] = this.#windows.keys()
      if (oldest !== undefined) this.#windows.delete(oldest)
    }
    const fresh: Window = {
      endsAt: Date.now() + WINDOW_SECONDS * 1000,
      unspent: 0,
      unleased: this.#quota.perMinute,
      pending: undefined,
    }
    this.#windows.set(caller, fresh)
    return fresh
  }

  async #lease(caller: string, window: Window): Promise<void> {
    const { perMinute } = this.#quota
    const taken = await this.#store.penalty(caller, this.#share)
    const before = taken.consumedPoints - this.#share
    window.unspent += Math.max(0, Math.min(this.#share, perMinute - before))
    window.unleased = Math.max(0, perMinute - taken.consumedPoints)
    window.endsAt = Date.now() + endOf(taken)
  }
}

function endOf(taken: RateLimiterRes): number {
  return taken.msBeforeNext > 0 ? taken.msBeforeNext : WINDOW_SECONDS * 1000
}

// Our pool reads int8 as bigint; the limiter subtracts a number from it. (It sweeps the rows of ended windows itself.)
async function queryWithNumbers(query: { text: string; values: unknown[] }) {
  const result = await pool().query<{ points: number; expire: bigint | null }>(query)
  return { ...result, rows: result.rows.map((row) => ({ ...row, expire: Number(row.expire ?? 0) })) }
}
