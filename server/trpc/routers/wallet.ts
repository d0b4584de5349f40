import { z } from 'zod'
import { sweepInput } from '@/domain/managed-wallet'
import { depositAuthorizationInput, walletEventFilter } from '@/domain/wallet'
import { workspaceIdSchema } from '@/domain/workspace-id'
import { listWorkspaceAlarms } from '@/server/instance'
import { getManagedWallet, sweepWallet } from '@/server/managed-wallets'
import {
  authorizeDeposit,
  getPoolHistory,
  getWallet,
  listDepositAuthorizations,
  listPendingEvents,
  listWalletEvents,
  startOnramp,
} from '@/server/wallets'
import { memberProcedure, router } from '../procedures'

const workspaceId = workspaceIdSchema.optional()
// What react-query's infinite lists send beside the cursor; the ledger is only ever read on.
const direction = z.literal('forward').optional()

export const walletRouter = router({
  get: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => getWallet(ctx.membership)),
  /** The wallet that payouts leave from. */
  managed: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => getManagedWallet(ctx.membership)),
  sweep: memberProcedure('withdraw')
    .input(sweepInput)
    .mutation(({ ctx, input }) =>
      sweepWallet({
        workspaceId: ctx.membership.workspaceId,
        walletAddress: ctx.membership.walletAddress,
        amount: BigInt(input.amountUsdc),
        actor: ctx.actor,
        idempotencyKey: input.idempotencyKey,
      }),
    ),
  events: memberProcedure('view')
    .input(walletEventFilter.extend({ workspaceId, direction }))
    .query(({ ctx, input }) =>
      listWalletEvents({ ...ctx.membership, kinds: input.kinds, cursor: input.cursor, limit: input.limit }),
    ),
  pending: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => listPendingEvents(ctx.membership)),
  history: memberProcedure('view')
    .input(z.strictObject({ workspaceId, days: z.number().int().min(1).max(366).default(30) }))
    .query(({ ctx, input }) => getPoolHistory({ ...ctx.membership, days: input.days })),
  alarms: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(({ ctx }) => listWorkspaceAlarms(ctx.membership)),
  authorizeDeposit: memberProcedure('approve')
    .input(depositAuthorizationInput)
    .mutation(({ ctx, input }) => authorizeDeposit({ ...ctx.membership, actor: ctx.person.address, input })),
  depositAuthorizations: memberProcedure('view')
    .input(z.strictObject({ workspaceId }))
    .query(async ({ ctx }) => (await listDepositAuthorizations(ctx.membership)).deposits),
  startOnramp: memberProcedure('approve')
    .input(z.strictObject({ workspaceId }))
    .mutation(({ ctx }) => startOnramp({ ...ctx.membership, actor: ctx.actor })),
})
