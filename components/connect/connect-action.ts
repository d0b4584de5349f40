export const CONNECT_ACTIONS = ['connect', 'topup', 'link', 'recover'] as const
export type ConnectAction = (typeof CONNECT_ACTIONS)[number]

/** What `?action=` asks for; anything unknown is the page itself. */
export function readConnectAction(value: unknown): ConnectAction {
  return CONNECT_ACTIONS.find((action) => action === value) ?? 'connect'
}
