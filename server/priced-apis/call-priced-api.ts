import { refundCharge } from '@/server/balance'
import { AppError } from '@/server/core/app-error'
import { log } from '@/server/core/log'
import { fetchOutbound, type OutboundAnswer, OutboundError } from '@/server/outbound'
import type { ServedApi } from './get-served-api'
import { insertPaidCall } from './paid-call-repository'
import {
  failureOf,
  joinUpstream,
  type PaidRequest,
  pickAnswerHeaders,
  pickRequestHeaders,
} from './upstream-request'

const MAX_ANSWER_BYTES = 1024 * 1024

const WORDS: Record<OutboundError['reason'], string> = {
  refused: 'Its address may not be called.',
  unreachable: 'It cannot be reached, or it broke off.',
  timed_out: 'It did not answer in time.',
  too_large: `Its answer is larger than ${MAX_ANSWER_BYTES} bytes.`,
}

export type PaidAnswer = { status: number; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> }

type PaidCalling = { api: ServedApi; agentId: string; chargeId: string; request: PaidRequest }

/** Where a call leads. Throws `invalid_request` for a path that leaves what the owner has registered. */
export function assertUpstreamUrl({
  api,
  request,
}: Pick<PaidCalling, 'api'> & { request: Pick<PaidRequest, 'path' | 'search'> }): string {
  const url = joinUpstream({ upstreamUrl: api.upstreamUrl, ...request })
  if (url === null) {
    throw new AppError('invalid_request', 'The path must not contain "." or ".." segments, encoded or not.')
  }
  return url
}

/**
 * Forwards a call that is charged, and records what became of it. Throws `upstream_failed` after the charge was given back
 * (`refunded` says whether it was) when the upstream does not answer, or answers with what nobody should pay for.
 */
export async function callPricedApi(calling: PaidCalling): Promise<PaidAnswer> {
  const { api, chargeId, request } = calling
  const url = assertUpstreamUrl({ api, request })
  const startedAt = performance.now()
  const answer = await forward(calling, url)
  const latencyMilliseconds = Math.round(performance.now() - startedAt)
  const upstreamStatus = answer instanceof OutboundError ? null : answer.status
  const failureReason = answer instanceof OutboundError ? answer.reason : failureOf(answer.status)
  const call = { chargeId, upstreamStatus, latencyMilliseconds, failureReason }
  if (answer instanceof OutboundError) {
    return fail(call, WORDS[answer.reason], answer)
  }
  if (failureReason !== null) return fail(call, `It answered with status ${answer.status}.`)
  if (!(await insertPaidCall(call))) {
    throw upstreamFailed({
      chargeId,
      isRefunded: true,
      words: 'It answered after the charge was given back.',
    })
  }
  return { status: answer.status, headers: pickAnswerHeaders(answer.headers), body: answer.body }
}

async function forward(
  { api, agentId, chargeId, request }: PaidCalling,
  url: string,
): Promise<OutboundAnswer | OutboundError> {
  const headers = {
    ...pickRequestHeaders(request.headers),
    'user-agent': 'Bursar',
    'bursar-agent': agentId,
    'bursar-charge': chargeId,
    ...api.secretHeader,
  }
  const limits = { timeoutMilliseconds: api.timeoutSeconds * 1000, maxResponseBytes: MAX_ANSWER_BYTES }
  try {
    return await fetchOutbound(url, { method: request.method, headers, body: request.body }, limits)
  } catch (error) {
    if (error instanceof OutboundError) return error
    throw error
  }
}

type FailedCall = Parameters<typeof insertPaidCall>[0]

async function fail(call: FailedCall, words: string, cause?: unknown): Promise<never> {
  const { chargeId, failureReason } = call
  await insertPaidCall(call)
  const isRefunded = await giveBack({ chargeId, reason: `upstream failed: ${failureReason}` })
  throw upstreamFailed({ chargeId, isRefunded, words, cause })
}

/** Only revenue that was withdrawn meanwhile keeps a charge from being given back. */
async function giveBack({ chargeId, reason }: { chargeId: string; reason: string }): Promise<boolean> {
  try {
    await refundCharge({ chargeId, by: { handler: 'priced-api' }, reason })
    return true
  } catch (error) {
    log.error({ chargeId, error: (error as Error).message }, 'a failed call could not be refunded')
    return false
  }
}

type Failure = { chargeId: string; isRefunded: boolean; words: string; cause?: unknown }

function upstreamFailed({ chargeId, isRefunded, words, cause }: Failure): AppError {
  const money = isRefunded ? 'The charge was given back.' : 'The charge is not given back yet.'
  return new AppError('upstream_failed', `The priced API failed. ${words} ${money}`, {
    details: { refunded: isRefunded, charge_id: chargeId },
    cause,
  })
}
