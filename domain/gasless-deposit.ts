/** The least a gasless deposit may be: 1 USDC, so that dust cannot drain who pays the gas. */
export const MIN_GASLESS_DEPOSIT_ATOMIC = 1_000_000n

/** How long a signed deposit can be relayed. Longer than any queue, short enough not to surprise a person next week. */
export const RECEIVE_AUTHORIZATION_SECONDS = 3600

/** The least time that must be left of a signed deposit when it arrives, so that it can still be sent. */
export const MIN_AUTHORIZATION_SECONDS_LEFT = 120
