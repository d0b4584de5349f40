import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import type { PrivateKeyAccount } from 'viem/accounts'
import { rpcUrl } from '../fixtures/chain'
import { askForPayout, mintAgent, mutate, postAsAgent, query } from '../fixtures/console-api'
import { injectWallet } from '../fixtures/injected-wallet'
import { createWorkspace, fund, makeAccount, randomSlug, signIn } from '../fixtures/person'

const KNOWN = `0x1234${'7'.repeat(32)}5678`
// What a sender sees of it in most wallets is what is seen of the known one.
const POISONED = `0x1234${'9'.repeat(32)}5678`
const PHONE = { width: 360, height: 780 }

async function openTeam(page: Page, request: APIRequestContext, account: PrivateKeyAccount) {
  await signIn(request, account)
  const { id: workspaceId, slug } = await createWorkspace(request, randomSlug('warn'))
  const agent = await mintAgent(request, workspaceId, 'Bookkeeper')
  await mutate(request, 'addressBook.add', { workspaceId, address: KNOWN, name: 'Supplier' })
  await signIn(page.request, account)
  return { workspaceId, slug, agent }
}

/** The page as it stands, in both colours and on a phone, where nothing may scroll sideways. */
async function photograph(page: Page, name: string, { fullPage = true } = {}) {
  const before = page.viewportSize()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `screenshots/${name}-${colorScheme}.png`, fullPage })
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(PHONE)
  await page.screenshot({ path: `screenshots/${name}-phone.png`, fullPage })
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  if (before) await page.setViewportSize(before)
}

test('a poisoned address is named only after it was compared, and its name silences no warning', async ({
  page,
  request,
}) => {
  test.setTimeout(180_000)
  const account = makeAccount()
  await injectWallet(page, account, { rpcUrl })
  const { workspaceId, slug, agent } = await openTeam(page, request, account)
  const managed = await query<{ address: string }>(request, 'wallet.managed', { workspaceId })
  await fund(request, managed.address, { usdc: 600_000_000n })
  const asked = await askForPayout(request, agent, {
    toAddress: POISONED,
    amount: 500_000_000n,
    metadata: { invoice: 'R-17' },
  })
  await askForPayout(request, agent, { toAddress: KNOWN, amount: 500_000_000n })

  await page.goto(`/w/${slug}/settings?tab=address-book`)
  await page.getByRole('button', { name: 'Add', exact: true }).click({ timeout: 45_000 })
  const dialog = page.getByRole('dialog', { name: 'Add an address' })
  await dialog.getByLabel('Address').fill(POISONED)
  await dialog.getByLabel('Name').fill('supplier')
  await dialog.getByRole('button', { name: 'Add to the address book' }).click()
  await expect(dialog.getByText(/"Supplier" is the name of/)).toBeVisible()
  await dialog.getByLabel('Name').fill('Supplier, new account')
  await dialog.getByRole('button', { name: 'Add to the address book' }).click()
  await expect(dialog.getByText('It looks like an address that you know, and is another one')).toBeVisible()
  await photograph(page, 'address-book-lookalike', { fullPage: false })
  await dialog.getByRole('button', { name: 'I have compared it: add it all the same' }).click()
  await expect(page.getByText('Supplier, new account').first()).toBeVisible()

  await page.goto(String(asked.approvalUrl))
  await expect(page.getByText('It looks like Supplier, and is another address')).toBeVisible({
    timeout: 45_000,
  })
  await expect(page.getByText(/after a payout to it was asked for: the name proves nothing/)).toBeVisible()
  await photograph(page, 'approval-lookalike')

  await page.goto(`/w/${slug}/payouts?tab=waiting`)
  await page.getByRole('checkbox', { name: 'All', exact: true }).click({ timeout: 45_000 })
  await page.getByRole('button', { name: 'Approve 2 together' }).click()
  const together = page.getByRole('dialog', { name: 'Approve together' })
  await expect(together.getByText('The wallet does not cover the whole list')).toBeVisible({
    timeout: 45_000,
  })
  await expect(together.getByText('It looks like Supplier, and is another address')).toBeVisible()
  await expect(together.getByText(asked.payoutId)).toBeVisible()
  await photograph(page, 'approvals-together-short', { fullPage: false })
  await together.getByText('The wallet does not cover the whole list').scrollIntoViewIfNeeded()
  await photograph(page, 'approvals-together-funds', { fullPage: false })
})

test('a mandate says before it is signed whom it pays, what that looks like, and that two people have to sign', async ({
  page,
  request,
}) => {
  test.setTimeout(180_000)
  const account = makeAccount()
  await injectWallet(page, account, { rpcUrl })
  const { workspaceId, slug, agent } = await openTeam(page, request, account)
  await mutate(request, 'policies.update', { workspaceId, twoApproversFrom: '100000000' })
  const intent = await postAsAgent(request, agent.token, '/api/mandates/create-intent', {
    intent: {
      naturalLanguage: 'Pay the suppliers of the month',
      limitAmount: '250000000',
      validForSeconds: 3_000,
      recipientAllowlist: [KNOWN, POISONED],
    },
  })
  const { mandateId } = await intent.json()
  await page.goto(`/mandate/${mandateId}`)
  await expect(page.getByText('2 people have to sign this')).toBeVisible({ timeout: 45_000 })
  await expect(page.getByText(/One of its addresses looks like Supplier/)).toBeVisible()
  await expect(page.getByText('It ends within the hour')).toBeVisible()
  await expect(page.getByText('Supplier', { exact: true })).toBeVisible()
  await photograph(page, 'mandate-warnings')

  await page.getByRole('button', { name: /Lower it before signing/ }).click()
  await page.getByLabel('In all, at most').fill('50')
  await page.getByLabel('Paid only to').fill(KNOWN)
  await expect(page.getByText('2 people have to sign this')).toBeHidden()
  await expect(page.getByText(/One of its addresses looks like Supplier/)).toBeHidden()
  await photograph(page, 'mandate-lowered')
  await page.getByLabel('In all, at most').fill('100')
  await expect(page.getByText('2 people have to sign this')).toBeVisible()
  await page.getByRole('button', { name: /Injected test wallet/ }).click()
  await page.getByRole('button', { name: 'Sign as lowered' }).click()
  await expect(page.getByText('You have signed. One more person has to')).toBeVisible()
  await page.goto(`/w/${slug}/mandates?mandate=${mandateId}`)
  const sheet = page.getByRole('dialog', { name: 'Mandate of Bookkeeper' })
  await expect(sheet.getByText('Supplier', { exact: true })).toBeVisible({ timeout: 45_000 })
  await photograph(page, 'mandate-sheet', { fullPage: false })
})
