import type { DeliveriesFilter, WebhookDeliveryDetailsView, WebhookDeliveryView } from '@/domain/webhook'
import { AppError } from '@/server/core/app-error'
import {
  findDelivery,
  isDeliveryOf,
  selectAttempts,
  selectDeliveries,
  selectDeliveriesOfPayout,
} from './delivery-repository'
import { toAttemptView, toDeliveryView } from './webhook-view'

type Asked = DeliveriesFilter & { workspaceId: string; cursor?: string | undefined; limit: number }

/** The deliveries of a workspace, newest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listDeliveries({
  workspaceId,
  endpointId,
  status,
  cursor,
  limit,
}: Asked): Promise<{ deliveries: WebhookDeliveryView[]; nextCursor: string | null }> {
  if (cursor !== undefined && !(await isDeliveryOf(workspaceId, cursor))) {
    throw new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
  }
  const isOfPayouts = endpointId === 'payouts'
  const rows = await selectDeliveries({
    workspaceId,
    endpointId: isOfPayouts ? null : (endpointId ?? null),
    isOfPayouts,
    status: status ?? null,
    before: cursor ?? null,
    take: limit + 1,
  })
  const page = rows.slice(0, limit)
  return {
    deliveries: page.map(toDeliveryView),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** A delivery with the body and every try of it. Throws `not_found`. */
export async function getDelivery({
  workspaceId,
  id,
}: {
  workspaceId: string
  id: string
}): Promise<WebhookDeliveryDetailsView> {
  const row = await findDelivery({ workspaceId, id })
  if (!row) throw new AppError('not_found', 'There is no such delivery.')
  const attempts = await selectAttempts(id)
  return { ...toDeliveryView(row), body: row.body, tries: attempts.map(toAttemptView) }
}

/** What the changes of one payout were told to, newest first, at most 200. */
export async function listDeliveriesOfPayout(payout: {
  workspaceId: string
  payoutRowId: string
}): Promise<WebhookDeliveryView[]> {
  return (await selectDeliveriesOfPayout(payout)).map(toDeliveryView)
}
