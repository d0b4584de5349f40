import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import { z } from 'zod'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { type DuePayment, markAsked } from './due-payment-repository'
import type { Facilitator, FacilitatorName, Scheme } from './facilitator'

type RemoteFacilitator = {
  name: Exclude<FacilitatorName, 'relayer'>
  url: string
  schemes: readonly Scheme[]
  /** Headers that let a call in, made for that call alone. */
  authorize?: ((call: { method: 'GET' | 'POST'; url: URL }) => Promise<Record<string, string>>) | undefined
}

/** A facilitator answers a settlement when it is in a block; one that takes longer is looked for on the chain instead. */
const TIMEOUT_MS = 15_000
const SUPPORTED_TIMEOUT_MS = 5_000
/** A settlement that was asked for and is not on the chain may still be on its way for so long. */
const ASK_AGAIN_SECONDS = 30
/** What a facilitator supports changes with its releases; what it did not answer is asked again sooner. */
const KEEP_MILLISECONDS = 600_000
const KEEP_FAILURE_MILLISECONDS = 10_000

const supportedAnswer = z.object({
  kinds: z.array(
    z.object({
      x402Version: z.number(),
      scheme: z.string(),
      network: z.string(),
      extra: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
})
const verifyAnswer = z.object({
  isValid: z.boolean(),
  invalidReason: z.string().nullish(),
  invalidMessage: z.string().nullish(),
})
const settleAnswer = z.object({ success: z.boolean(), errorReason: z.string().nullish() })

type Kind = z.output<typeof supportedAnswer>['kinds'][number]

/**
 * A facilitator that is asked over HTTP (`/supported`, `/verify`, `/settle`). It is believed when it refuses a payment and
 * never when it says that one was settled: the chain's logs say that.
 */
export function createRemoteFacilitator(settings: RemoteFacilitator): Facilitator {
  const call = createCaller(settings)
  const readKinds = keptKinds(call)
  return {
    name: settings.name,
    offer: async (scheme) => {
      if (!settings.schemes.includes(scheme)) return []
      const network = `eip155:${env().NETWORK.chainId}`
      const kind = (await readKinds()).find(
        (other) => other.x402Version === 2 && other.scheme === scheme && other.network === network,
      )
      return kind ? extrasOf(kind) : []
    },
    verify: async (payment, requirements) => {
      const answer = await call('/verify', verifyAnswer, toBody(payment, requirements))
      if (answer.isValid) return { isValid: true }
      return {
        isValid: false,
        reason: answer.invalidReason ?? 'invalid',
        message: answer.invalidMessage ?? undefined,
      }
    },
    settle: (due) => askToSettle(due, call),
  }
}

/** Asks at most every 30 s, noted before the call: the outcome of a call that was cut off is unknown. */
async function askToSettle(due: DuePayment, call: Caller): Promise<boolean> {
  if (due.secondsSinceAsked !== null && due.secondsSinceAsked < ASK_AGAIN_SECONDS) return true
  if (!(await markAsked(due))) return false
  const answer = await call('/settle', settleAnswer, toBody(due.payload, due.requirements))
  if (answer.success) return true
  log.info({ payment: due.id, reason: answer.errorReason }, 'the facilitator did not settle an x402 payment')
  return false
}

function toBody(paymentPayload: PaymentPayload, paymentRequirements: PaymentRequirements) {
  return { x402Version: 2, paymentPayload, paymentRequirements }
}

function extrasOf({ scheme, extra }: Kind): Record<string, string>[] {
  if (scheme !== 'upto') return [{}]
  const facilitatorAddress = extra?.facilitatorAddress
  return typeof facilitatorAddress === 'string' ? [{ facilitatorAddress }] : []
}

/** What is supported, kept; a facilitator that does not answer offers nothing for ten seconds. */
function keptKinds(call: Caller): () => Promise<Kind[]> {
  let kept: { kinds: Promise<Kind[]>; until: number } | undefined
  return () => {
    if (kept && performance.now() < kept.until) return kept.kinds
    const entry = { kinds: Promise.resolve<Kind[]>([]), until: performance.now() + KEEP_MILLISECONDS }
    entry.kinds = call('/supported', supportedAnswer).then(
      ({ kinds }) => kinds,
      (error: Error) => {
        log.warn({ error: error.message }, 'an x402 facilitator does not say what it supports')
        entry.until = performance.now() + KEEP_FAILURE_MILLISECONDS
        return []
      },
    )
    kept = entry
    return entry.kinds
  }
}

/** POSTs where there is a body. */
type Caller = <T>(path: string, schema: z.ZodType<T>, body?: unknown) => Promise<T>

function createCaller({ url: base, authorize }: RemoteFacilitator): Caller {
  return async (path, schema, body) => {
    const url = new URL(`${base.replace(/\/$/, '')}${path}`)
    const method = body === undefined ? 'GET' : 'POST'
    try {
      const response = await fetch(url, {
        method,
        headers: { 'content-type': 'application/json', ...(await authorize?.({ method, url })) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // Neither a bearer nor a signed payment follows a redirect.
        redirect: 'error',
        signal: AbortSignal.timeout(method === 'GET' ? SUPPORTED_TIMEOUT_MS : TIMEOUT_MS),
      })
      // A refused payment comes with 400 or 402 and the same document.
      if (!response.ok && response.status !== 400 && response.status !== 402)
        throw new Error(`the facilitator answered ${response.status}`)
      return schema.parse(await response.json())
    } catch (cause) {
      throw new AppError(
        'dependency_unavailable',
        'The x402 facilitator does not answer just now. Try again in a few seconds with the same payment.',
        { cause, retryAfterSeconds: 5 },
      )
    }
  }
}
