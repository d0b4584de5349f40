/** Bridges to Base, with what to choose there so that native USDC arrives. Times are the sites' own statements. */
export const bridges = [
  {
    name: 'Across',
    url: 'https://app.across.to/bridge',
    choose: 'Choose your network and USDC on the left, Base and USDC on the right.',
    takes: 'Usually under a minute.',
  },
  {
    name: 'Stargate',
    url: 'https://stargate.finance/bridge',
    choose: 'Choose USDC from your network to USDC on Base.',
    takes: 'A few minutes.',
  },
  {
    name: 'Base bridge',
    url: 'https://bridge.base.org',
    choose: 'Choose Ethereum to Base and USDC; check that native USDC arrives and not bridged USDbC.',
    takes: 'Some minutes and Ethereum gas.',
  },
] as const
