import { type APIRequestContext, type Browser, expect, type Page, test } from '@playwright/test'
import type { PrivateKeyAccount } from 'viem'
import { rpcUrl, usdcOf } from '../fixtures/chain'
import {
  askForPayout,
  type E2eAgent,
  mintAgent,
  mutate,
  postAsAgent,
  query,
  readPayout,
} from '../fixtures/console-api'
import { injectWallet } from '../fixtures/injected-wallet'
import { fund, makeAccount } from '../fixtures/person'
import { createFirstWorkspace, signInWithInjectedWallet } from '../fixtures/sign-in'

const ONE_USDC = 1_000_000n
// Signed, relayed, three blocks deep: some seconds, on a busy machine more.
const PAID = { timeout: 60_000 }

type Scene = {
  account: PrivateKeyAccount
  wallet: Awaited<ReturnType<typeof injectWallet>>
  workspaceId: string
  slug: string
  agent: E2eAgent
}

/** A workspace with one agent, opened in the page by its owner; the payout wallet holds 100 USDC. */
async function openScene(page: Page, request: APIRequestContext): Promise<Scene> {
  const account = makeAccount()
  const wallet = await injectWallet(page, account, { rpcUrl })
  await signInWithInjectedWallet(page)
  await createFirstWorkspace(page, `Payouts ${account.address.slice(2, 8)}`)
  const [workspace] = await query<{ id: string; slug: string }[]>(page.request, 'workspaces.list', {})
  if (!workspace) throw new Error('the person has no workspace')
  const workspaceId = workspace.id
  const agent = await mintAgent(page.request, workspaceId, 'Bookkeeper')
  const managed = await query<{ address: string }>(page.request, 'wallet.managed', { workspaceId })
  await fund(request, managed.address, { usdc: 100n * ONE_USDC })
  return { account, wallet, workspaceId, slug: workspace.slug, agent }
}

const approve = (page: Page) =>
  page.getByRole('button', { name: 'Approve', exact: true }).click({ timeout: 30_000 })

/** Brings a person into the owner's workspace as APPROVER, and signs them in on a page of their own. */
async function joinApprover(browser: Browser, owner: Page, scene: Scene): Promise<Page> {
  const account = makeAccount()
  const page = await (await browser.newContext()).newPage()
  await injectWallet(page, account, { rpcUrl })
  await signInWithInjectedWallet(page)
  const invite = { workspaceId: scene.workspaceId, address: account.address.toLowerCase(), role: 'APPROVER' }
  type TypedData = Parameters<PrivateKeyAccount['signTypedData']>[0] & {
    message: { deadline: string; nonce: string }
  }
  const typedData = await query<TypedData>(owner.request, 'workspaces.prepareInvite', invite)
  const { deadline, nonce } = typedData.message
  const message = { ...typedData.message, deadline: BigInt(deadline) }
  const signature = await scene.account.signTypedData({ ...typedData, message })
  await mutate(owner.request, 'workspaces.invite', { ...invite, evidence: { deadline, nonce, signature } })
  const [open] = await query<{ id: string }[]>(page.request, 'workspaces.myInvites', {})
  await mutate(page.request, 'workspaces.acceptInvite', { inviteId: open?.id })
  return page
}

test('from the amount of the policy on, two people approve', async ({ page, browser, request }) => {
  const scene = await openScene(page, request)
  const { agent, slug, wallet } = scene
  await page.goto(`/w/${slug}/settings?tab=policies`)
  await page.getByRole('button', { name: 'Change the amount' }).click()
  const dialog = page.getByRole('dialog', { name: 'Two approvers' })
  await dialog.getByLabel('From', { exact: true }).fill('5')
  await dialog.getByRole('button', { name: 'Save the policy' }).click()
  await expect(page.getByText('From 5.00 USDC')).toBeVisible()

  const { address } = makeAccount()
  const payout = await askForPayout(request, agent, { toAddress: address, amount: 5n * ONE_USDC })
  await page.goto(String(payout.approvalUrl))
  await expect(page.getByText('This amount needs 2 people')).toBeVisible()
  await approve(page)
  await expect(page.getByText('You have approved; one more person has to')).toBeVisible(PAID)
  expect((await readPayout(request, agent, payout.payoutId)).status).toBe('pending_authorization')

  const second = await joinApprover(browser, page, scene)
  await second.goto(String(payout.approvalUrl))
  await approve(second)
  await expect(second.getByText('Paid', { exact: true }).first()).toBeVisible(PAID)
  expect(await usdcOf(address)).toBe(5n * ONE_USDC)

  await page.goto(`/w/${slug}/settings?tab=policies`)
  await page.getByRole('button', { name: 'Change the amount' }).click()
  await dialog.getByRole('radio', { name: /Never/ }).click()
  const asked = wallet.count('eth_signTypedData_v4')
  await dialog.getByRole('button', { name: 'Sign and save the policy' }).click()
  await expect(page.getByText('Never: one approver is enough')).toBeVisible()
  expect(wallet.count('eth_signTypedData_v4')).toBe(asked + 1)
  await second.context().close()
})

test('the kill switch ends what is open and refuses what is asked, until an owner signs', async ({
  page,
  request,
}) => {
  const { agent, slug } = await openScene(page, request)
  const { address } = makeAccount()
  const payout = await askForPayout(request, agent, { toAddress: address, amount: ONE_USDC })
  await page.goto(`/w/${slug}/payouts`)
  await page.getByRole('button', { name: 'Stop all payouts' }).click()
  const stop = page.getByRole('alertdialog', { name: 'Stop all payouts' })
  await expect(stop.getByText(/Ends 1 payout waiting for approval/)).toBeVisible()
  await stop.getByLabel(/Why/).fill('A token leaked')
  await stop.getByLabel(/to confirm/).fill(slug)
  await stop.getByRole('button', { name: 'Stop all payouts' }).click()
  await expect(page.getByText('All payouts are stopped', { exact: true }).first()).toBeVisible()
  await page.screenshot({ path: 'screenshots/payouts-stopped.png', fullPage: true })
  expect((await readPayout(request, agent, payout.payoutId)).failureReason).toBe('killed')
  const refused = await postAsAgent(request, agent.token, '/api/payouts', {
    payoutId: 'after-the-stop',
    toAddress: address,
    amount: '1000000',
  })
  expect(refused.status()).toBe(409)
  expect((await refused.json()).code).toBe('payouts_killed')

  await page.goto(`/w/${slug}/agents`)
  await expect(page.getByText('“A token leaked”')).toBeVisible()
  await page.getByRole('button', { name: 'Resume' }).click()
  const resume = page.getByRole('dialog', { name: 'Let payouts go on' })
  await resume.getByRole('button', { name: 'Sign and let payouts go on' }).click()
  await expect(page.getByText('All payouts are stopped')).toBeHidden()
  const again = await askForPayout(request, agent, { toAddress: address, amount: ONE_USDC })
  expect(again.status).toBe('pending_authorization')
  expect((await readPayout(request, agent, payout.payoutId)).failureReason).toBe('killed')
})

test('a mandate that the agent drew up is signed once, and pays without asking', async ({
  page,
  request,
}) => {
  const { agent, slug } = await openScene(page, request)
  const answer = await postAsAgent(request, agent.token, '/api/mandates/create-intent', {
    intent: { naturalLanguage: 'Pay the hosting', limitAmount: '20000000', validForSeconds: 86_400 },
  })
  const { mandateId, authorizationUrl } = await answer.json()
  await page.goto(authorizationUrl)
  await expect(page.getByText('Pay the hosting').first()).toBeVisible()
  await page.getByRole('button', { name: 'Sign the mandate' }).click({ timeout: 30_000 })
  await expect(page.getByText('Signed and on')).toBeVisible({ timeout: 30_000 })
  const { address } = makeAccount()
  const payout = await askForPayout(request, agent, { toAddress: address, amount: 7n * ONE_USDC, mandateId })
  expect(payout).toMatchObject({ status: 'authorized', approvalUrl: null })
  await expect
    .poll(async () => (await readPayout(request, agent, payout.payoutId)).status, PAID)
    .toBe('confirmed')
  expect(await usdcOf(address)).toBe(7n * ONE_USDC)
  await page.goto(`/w/${slug}/payouts`)
  await page.getByRole('link', { name: payout.payoutId }).click()
  await expect(page.getByText('Asked for and approved by its mandate')).toBeVisible()
  await expect(page.getByText('Mandate', { exact: true })).toBeVisible()
  await page.screenshot({ path: 'screenshots/payout-by-mandate.png', fullPage: true })
  await page.goto(`/w/${slug}/mandates?mandate=${mandateId}`)
  await expect(page.getByRole('dialog').getByRole('link', { name: payout.payoutId })).toBeVisible()
  await page.screenshot({ path: 'screenshots/mandate-sheet.png' })
})
