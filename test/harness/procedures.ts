import type { Access } from '@/server/trpc/procedures'
import { appRouter } from '@/server/trpc/root'

type Flat = Record<string, { _def: { type: 'query' | 'mutation'; meta?: { access?: Access } } }>

/** Every procedure of the router by its path. tRPC keeps them flat at run time and nested in its types. */
export const procedures = Object.entries(appRouter._def.procedures as unknown as Flat).map(
  ([path, { _def }]) => ({
    path,
    type: _def.type,
    access: _def.meta?.access,
  }),
)
