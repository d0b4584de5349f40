import { approveInput, denyInput, toApproveInput } from '@/domain/approval'
import { approve, deny, toApprove } from '@/server/approvals'
import { signedInProcedure } from '../procedures'

/** Of `payouts.*`: an approval's id names its workspace, so the use case asks for the membership; a stranger's is `not_found`. */
export const payoutApprovalProcedures = {
  toApprove: signedInProcedure
    .input(toApproveInput)
    .query(({ ctx, input }) => toApprove({ ...input, person: ctx.person.address })),
  approve: signedInProcedure
    .input(approveInput)
    .mutation(({ ctx, input }) => approve({ ...input, actor: ctx.actor })),
  deny: signedInProcedure.input(denyInput).mutation(({ ctx, input }) => deny({ ...input, actor: ctx.actor })),
}
