/**
 * What drives a flow: the store, the ports, and with them zod and all of viem's public actions (over 60 kB gzipped).
 * Loaded when a dialog that moves money opens, or when storage holds a flow to go on with.
 */
export async function loadFlowEngine() {
  const [{ createFlowStore }, { createFlowPorts }] = await Promise.all([
    import('./flow-store'),
    import('./create-flow-ports'),
  ])
  return { createFlowStore, createFlowPorts }
}
