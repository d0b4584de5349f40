import { createCallerFactory, router } from './procedures'
import { authRouter } from './routers/auth'
import { configRouter } from './routers/config'
import { instanceRouter } from './routers/instance'
import { walletRouter } from './routers/wallet'
import { workspacesRouter } from './routers/workspaces'

export const appRouter = router({
  auth: authRouter,
  config: configRouter,
  instance: instanceRouter,
  wallet: walletRouter,
  workspaces: workspacesRouter,
})

export type AppRouter = typeof appRouter

/** Calls procedures in process, for pages rendered on the server: `createCaller(createContext({ headers }))`. */
export const createCaller = createCallerFactory(appRouter)
