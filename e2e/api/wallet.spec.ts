import { expect, test } from '@playwright/test'
import { chain, poolOf, reader, settlement, settlementAddress, usdc } from '../fixtures/chain'
import { createWorkspace, fund, makeAccount, randomSlug, signIn } from '../fixtures/person'

const ONE_USDC = 1_000_000n

test('a deposit appears in the ledger once its block is six deep, and in the balance it adds to', async ({
  request,
}) => {
  const account = makeAccount()
  expect((await signIn(request, account)).status()).toBe(200)
  const workspace = await createWorkspace(request, randomSlug('ledger'))
  await fund(request, account.address, { usdc: 50n * ONE_USDC })

  const approve = await chain.writeContract({
    ...usdc,
    account,
    functionName: 'approve',
    args: [settlementAddress, 20n * ONE_USDC],
  })
  await reader.waitForTransactionReceipt({ hash: approve })
  const deposit = await chain.writeContract({
    ...settlement,
    account,
    functionName: 'deposit',
    args: [20n * ONE_USDC],
  })
  const { blockNumber } = await reader.waitForTransactionReceipt({ hash: deposit })
  expect(await poolOf(account.address)).toBe(20n * ONE_USDC)

  const listEvents = async () =>
    (await request.get(`/api/v1/wallet/events?workspaceId=${workspace.id}`)).json()
  await expect.poll(async () => (await listEvents()).length, { timeout: 40_000 }).toBe(2)
  expect(await reader.getBlockNumber()).toBeGreaterThanOrEqual(blockNumber + 5n)
  const [newest, older] = await listEvents()
  expect(newest).toMatchObject({
    kind: 'DEPOSIT',
    amountUsdc: '20000000',
    txHash: deposit,
    blockNumber: blockNumber.toString(),
    workspaceId: workspace.id,
  })
  expect(older).toMatchObject({ kind: 'APPROVAL', txHash: approve })

  const wallet = await (await request.get(`/api/v1/wallet?workspaceId=${workspace.id}`)).json()
  expect(wallet).toMatchObject({
    walletAddress: account.address,
    trackedBalance: '20000000',
    poolBalance: '20000000',
    walletBalance: '30000000',
    availableBalance: '20000000',
  })
  expect(Number(wallet.lastSyncBlock)).toBeGreaterThanOrEqual(Number(blockNumber))
})

test('somebody else’s workspace answers exactly like one that does not exist', async ({
  request,
  playwright,
  baseURL,
}) => {
  await signIn(request, makeAccount())
  const workspace = await createWorkspace(request, randomSlug('foreign'))
  const outsider = await playwright.request.newContext(baseURL ? { baseURL } : {})
  await signIn(outsider, makeAccount())
  await createWorkspace(outsider, randomSlug('own'))
  const answer = async (id: string) => {
    const response = await outsider.get(`/api/v1/wallet?workspaceId=${id}`)
    const { requestId: _, ...problem } = await response.json()
    return { status: response.status(), problem }
  }
  const foreign = await answer(workspace.id)
  expect(foreign.status).toBe(404)
  expect(foreign).toEqual(await answer('00000000-0000-4000-8000-000000000000'))
  await outsider.dispose()
})

test('pages carry a policy under which no inline script can run, each with a nonce of its own', async ({
  request,
}) => {
  const policies = await Promise.all(
    [1, 2].map(async () => (await request.get('/')).headers()['content-security-policy'] ?? ''),
  )
  for (const policy of policies) {
    const scripts = policy.split('; ').find((directive) => directive.startsWith('script-src')) ?? ''
    expect(scripts).toMatch(/^script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic'$/)
  }
  expect(policies[0]).not.toBe(policies[1])
})
