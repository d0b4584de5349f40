import { getConfig } from '@/server/http/get-config'
import { publicProcedure, router } from '../procedures'

export const configRouter = router({ get: publicProcedure.query(() => getConfig()) })
