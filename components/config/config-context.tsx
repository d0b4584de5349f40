'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { ConfigView } from '@/domain/wallet'

const ConfigContext = createContext<ConfigView | null>(null)

/** Makes what `GET /api/v1/config` says readable everywhere; the root layout reads it on the server at each request. */
export function ConfigProvider({ config, children }: { config: ConfigView; children: ReactNode }) {
  return <ConfigContext value={config}>{children}</ConfigContext>
}

/** The deployment's network, addresses and features. Throws outside of `ConfigProvider`. */
export function useConfig(): ConfigView {
  const config = useContext(ConfigContext)
  if (!config) throw new Error('useConfig is used outside of ConfigProvider')
  return config
}
