import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import type { PrivateKeyAccount } from 'viem/accounts'
import { rpcUrl, usdcOf } from '../fixtures/chain'
import { type AskedPayout, askForPayout, mintAgent, query, readPayout } from '../fixtures/console-api'
import { injectWallet } from '../fixtures/injected-wallet'
import { createWorkspace, fund, makeAccount, randomSlug, signIn } from '../fixtures/person'

// A phone of the smallest width that the console serves.
test.use({ viewport: { width: 360, height: 740 } })

const ONE_USDC = 1_000_000n
/** A workspace with an agent, and USDC in the wallet that its payouts leave from. */
async function openTeam(request: APIRequestContext, account: PrivateKeyAccount) {
  await signIn(request, account)
  const { id, slug } = await createWorkspace(request, randomSlug('pay'))
  const agent = await mintAgent(request, id, 'Bookkeeper')
  const managed = await query<{ address: string }>(request, 'wallet.managed', { workspaceId: id })
  await fund(request, managed.address, { usdc: 100n * ONE_USDC })
  const ask = async (parts: Partial<AskedPayout> = {}) => {
    const payout = await askForPayout(request, agent, {
      toAddress: makeAccount().address,
      amount: 5n * ONE_USDC,
      description: 'Invoice 12 <b>now</b>',
      metadata: { invoice: '<script>alert(1)</script>' },
      ...parts,
    })
    return { ...payout, approvalUrl: String(payout.approvalUrl) }
  }
  return { slug, agent, ask }
}

async function expectNoSidewaysScroll(page: Page) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
}

async function openSignedOut(page: Page, url: string) {
  await page.goto(url)
  await expect(page.getByRole('heading', { name: 'A payout waits for a decision' })).toBeVisible()
  await page.getByRole('button', { name: /Injected test wallet/ }).click()
}

test('from a link in a chat, signed out and on a phone: sign in, approve, watch it being paid, reload', async ({
  page,
  request,
}) => {
  const account = makeAccount()
  const wallet = await injectWallet(page, account, { rpcUrl })
  const { ask, agent, slug } = await openTeam(request, account)
  const toAddress = makeAccount().address
  const { approvalUrl, payoutId } = await ask({ toAddress })
  await openSignedOut(page, approvalUrl)

  await expect(page.getByRole('heading', { level: 1 })).toContainText('Bookkeeper asks to pay')
  await expect(page.getByText('First payout to this address')).toBeVisible()
  await expect(page.getByText(toAddress, { exact: true })).toBeAttached()
  await expect(page.getByText('Invoice 12 <b>now</b>')).toBeVisible()
  await expect(page.getByText('Left afterwards')).toBeVisible()
  await expect(page.getByText(/Approving asks your wallet once/)).toBeVisible()
  await expectNoSidewaysScroll(page)
  await page.screenshot({ path: 'screenshots/approval-pending-phone.png', fullPage: true })

  wallet.rejectNext()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(page.getByText('You declined in the wallet')).toBeVisible()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toBeHidden()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('asked to pay')
  await page.reload()
  await expect(page.getByText('The recipient has it', { exact: false })).toBeVisible({ timeout: 60_000 })
  await page.screenshot({ path: 'screenshots/approval-paid-phone.png', fullPage: true })
  expect(await usdcOf(toAddress)).toBe(5n * ONE_USDC)
  expect(wallet.count('eth_signTypedData_v4')).toBe(2)
  expect(wallet.count('eth_sendTransaction')).toBe(0)
  expect(await readPayout(request, agent, payoutId)).toMatchObject({ status: 'confirmed' })

  await page.goto(`/w/${slug}/payouts`)
  await page.getByRole('link', { name: payoutId }).click()
  await expect(page.getByText('Paid: deep enough in the chain')).toBeVisible()
  await expect(page.getByText('Approval', { exact: true })).toBeVisible()
  await expectNoSidewaysScroll(page)
  await page.screenshot({ path: 'screenshots/payout-paid-phone.png', fullPage: true })
})

test('a row stands still on a phone while the page comes alive, so that a tap opens what it was meant for', async ({
  page,
  request,
}) => {
  const account = makeAccount()
  const { ask, slug } = await openTeam(request, account)
  await signIn(page.request, account)
  const { payoutId } = await ask()
  let release: () => void = () => undefined
  const mayComeAlive = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/chunks/**/*.js', async (route) => {
    await mayComeAlive
    await route.continue()
  })
  await page.goto(`/w/${slug}/payouts`, { waitUntil: 'commit' })
  const link = page.getByRole('link', { name: payoutId })
  await link.scrollIntoViewIfNeeded()
  const placeOf = () => link.evaluate((element) => element.getBoundingClientRect().top + window.scrollY)
  const before = await placeOf()
  release()
  await expect(page.getByRole('row').filter({ has: link }).locator('time:visible')).toBeVisible()
  expect(await placeOf()).toBe(before)
  await link.click()
  await expect(page.getByText('Asked for; a person decides')).toBeVisible()
})

test('with the wallet on another network: asked to switch, then to sign', async ({ page, request }) => {
  const account = makeAccount()
  const wallet = await injectWallet(page, account, { rpcUrl, chainId: 1 })
  const { ask, agent } = await openTeam(request, account)
  const { approvalUrl, payoutId } = await ask()
  await signIn(page.request, account)
  await page.goto(approvalUrl)
  await page.getByRole('button', { name: 'Approve', exact: true }).click({ timeout: 45_000 })
  const dialog = page.getByRole('dialog', { name: 'Your wallet signs the approval' })
  await dialog.getByRole('button', { name: /Injected test wallet/ }).click()
  await expect(dialog.getByText(/Your wallet is on chain 1/)).toBeVisible()
  await expectNoSidewaysScroll(page)
  await page.screenshot({ path: 'screenshots/approval-wrong-network-phone.png' })
  await dialog.getByRole('button', { name: /^Switch to/ }).click()
  await dialog.getByRole('button', { name: 'Sign the approval' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('asked to pay')
  expect(wallet.count('eth_signTypedData_v4')).toBe(1)
  expect((await readPayout(request, agent, payoutId)).status).not.toBe('pending_authorization')
})

test('denied with a note; and a stranger who opens the link learns nothing', async ({ page, request }) => {
  const account = makeAccount()
  await injectWallet(page, account, { rpcUrl })
  const { ask, agent, slug } = await openTeam(request, account)
  const { approvalUrl, payoutId } = await ask()
  await openSignedOut(page, approvalUrl)
  await page.getByRole('button', { name: 'Deny', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Deny this payout' })
  await dialog.getByLabel('Note (optional)').fill('We do not know them')
  await dialog.getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(page.getByText('“We do not know them”')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toBeHidden()
  const denied = { status: 'failed', failureReason: 'user_denied', txHash: null }
  expect(await readPayout(request, agent, payoutId)).toMatchObject(denied)

  await page.goto(`/w/${slug}/payouts?status=failed`)
  await page.getByRole('link', { name: payoutId }).click()
  await expect(page.getByText('Nothing was signed or sent, and no money moved.')).toBeVisible()
  await page.screenshot({ path: 'screenshots/payout-denied-phone.png', fullPage: true })

  await page.goto(approvalUrl)
  await signIn(page.request, makeAccount())
  await page.reload()
  await expect(page.getByText('There is nothing to decide here')).toBeVisible()
  await expect(page.getByText('Invoice 12')).toBeHidden()
})

test('the time runs out while the page is open', async ({ page, request }) => {
  // The shortest life of a payout is a minute, by the database's clock.
  test.setTimeout(150_000)
  const account = makeAccount()
  await injectWallet(page, account, { rpcUrl })
  const { ask } = await openTeam(request, account)
  await signIn(page.request, account)
  const { approvalUrl } = await ask({ ttlSeconds: 60 })
  await page.goto(approvalUrl)
  await expect(page.getByRole('timer')).toBeVisible()
  await expect(page.getByText(/The time to decide is over|Its time was over/).first()).toBeVisible({
    timeout: 90_000,
  })
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toBeHidden()
})

test('several from the inbox with one signature, counted in the navigation and on the overview', async ({
  page,
  request,
}) => {
  const account = makeAccount()
  const wallet = await injectWallet(page, account, { rpcUrl })
  const { slug, ask } = await openTeam(request, account)
  for (const amount of [ONE_USDC, 2n * ONE_USDC, 3n * ONE_USDC]) await ask({ amount })
  await page.goto('/')
  await page.getByRole('button', { name: /Injected test wallet/ }).click()
  await expect(page.getByText('3 payouts wait for your decision.')).toBeVisible({ timeout: 45_000 })
  await page.screenshot({ path: 'screenshots/approvals-overview-phone.png', fullPage: true })
  await page.goto(`/w/${slug}/payouts?tab=waiting`)
  await page.getByRole('checkbox', { name: 'All', exact: true }).click()
  await page.screenshot({ path: 'screenshots/approvals-inbox-phone.png', fullPage: true })
  await page.getByRole('button', { name: 'Approve 3 together' }).click()
  const dialog = page.getByRole('dialog', { name: 'Approve together' })
  await expect(dialog.getByText('6.000000')).toBeVisible()
  await expect(dialog.getByText('Left afterwards')).toBeVisible()
  await expect(dialog.getByText('What the agent attached')).toHaveCount(3)
  await expect(dialog.getByText(/left to decide/)).toHaveCount(3)
  await page.screenshot({ path: 'screenshots/approvals-together-phone.png' })
  // The wallet is open: leaving would leave what comes of each line unsaid.
  const release = wallet.holdNext()
  await dialog.getByRole('button', { name: 'Sign and approve 3' }).click()
  await expect(dialog.getByRole('button', { name: 'Confirm in your wallet' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeVisible()
  release()
  await expect(page.getByRole('dialog').getByText('Approved, it is paid next')).toHaveCount(3)
  expect(wallet.count('eth_signTypedData_v4')).toBe(1)
})
