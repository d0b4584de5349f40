import { createCallerFactory, router } from './procedures'
import { agentsRouter } from './routers/agents'
import { authRouter } from './routers/auth'
import { balanceRouter } from './routers/balance'
import { configRouter } from './routers/config'
import { depositsRouter } from './routers/deposits'
import { instanceRouter } from './routers/instance'
import { pricedApisRouter } from './routers/priced-apis'
import { walletRouter } from './routers/wallet'
import { withdrawalsRouter } from './routers/withdrawals'
import { workspacesRouter } from './routers/workspaces'

export const appRouter = router({
  agents: agentsRouter,
  auth: authRouter,
  balance: balanceRouter,
  config: configRouter,
  deposits: depositsRouter,
  instance: instanceRouter,
  pricedApis: pricedApisRouter,
  wallet: walletRouter,
  withdrawals: withdrawalsRouter,
  workspaces: workspacesRouter,
})

export type AppRouter = typeof appRouter

/** Calls procedures in process, for pages rendered on the server: `createCaller(createContext({ headers }))`. */
export const createCaller = createCallerFactory(appRouter)
