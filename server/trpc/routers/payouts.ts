import { router } from '../procedures'
import { payoutApprovalProcedures } from './payout-approvals'
import { payoutConsoleProcedures } from './payout-console'

export const payoutsRouter = router({ ...payoutApprovalProcedures, ...payoutConsoleProcedures })
