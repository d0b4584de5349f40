import { createCallerFactory, router } from './procedures'
import { addressBookRouter } from './routers/address-book'
import { agentsRouter } from './routers/agents'
import { approvalsRouter } from './routers/approvals'
import { authRouter } from './routers/auth'
import { balanceRouter } from './routers/balance'
import { configRouter } from './routers/config'
import { depositsRouter } from './routers/deposits'
import { instanceRouter } from './routers/instance'
import { mandatesRouter } from './routers/mandates'
import { payoutsRouter } from './routers/payouts'
import { policiesRouter } from './routers/policies'
import { pricedApisRouter } from './routers/priced-apis'
import { walletRouter } from './routers/wallet'
import { webhooksRouter } from './routers/webhooks'
import { withdrawalsRouter } from './routers/withdrawals'
import { workspacesRouter } from './routers/workspaces'

export const appRouter = router({
  addressBook: addressBookRouter,
  agents: agentsRouter,
  approvals: approvalsRouter,
  auth: authRouter,
  balance: balanceRouter,
  config: configRouter,
  deposits: depositsRouter,
  instance: instanceRouter,
  policies: policiesRouter,
  payouts: payoutsRouter,
  mandates: mandatesRouter,
  pricedApis: pricedApisRouter,
  wallet: walletRouter,
  webhooks: webhooksRouter,
  withdrawals: withdrawalsRouter,
  workspaces: workspacesRouter,
})

export type AppRouter = typeof appRouter

/** Calls procedures in process, for pages rendered on the server: `createCaller(createContext({ headers }))`. */
export const createCaller = createCallerFactory(appRouter)
