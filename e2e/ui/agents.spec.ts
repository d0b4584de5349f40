import { expect, type Page, test } from '@playwright/test'
import { rpcUrl } from '../fixtures/chain'
import { injectWallet } from '../fixtures/injected-wallet'
import { makeAccount } from '../fixtures/person'
import { createFirstWorkspace, signInWithInjectedWallet } from '../fixtures/sign-in'

async function openAgents(page: Page) {
  const account = makeAccount()
  await injectWallet(page, account, { rpcUrl })
  await signInWithInjectedWallet(page)
  await createFirstWorkspace(page, `Agents ${account.address.slice(2, 8)}`)
  await page.getByRole('link', { name: 'Agents', exact: true }).first().click()
  await expect(page.getByRole('heading', { name: 'Agents', level: 1 })).toBeVisible({ timeout: 45_000 })
}

async function closeToken(page: Page, name: string): Promise<string> {
  const dialog = page.getByRole('dialog', { name: `Token of ${name}` })
  const token = (await dialog.getByRole('region', { name: 'Token' }).textContent()) ?? ''
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(dialog.getByText(/tick the box first/)).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeDisabled()
  await dialog.getByLabel('I have stored it').click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toBeHidden()
  return token
}

test('an agent is minted, its token shown once, rotated, limited and revoked', async ({ page, request }) => {
  await openAgents(page)
  await expect(page.getByText('No agents yet')).toBeVisible()
  await page.getByRole('button', { name: 'Mint an agent' }).first().click()
  const mint = page.getByRole('dialog', { name: 'Mint an agent' })
  await mint.getByLabel('Name').fill('Crawler')
  await mint.getByLabel('Monthly limit (optional)', { exact: true }).fill('25')
  await mint.getByRole('button', { name: 'Mint the agent' }).click()
  const first = await closeToken(page, 'Crawler')
  expect(first).toMatch(/^bsr_[A-Za-z0-9_-]{43}$/)
  const me = (token: string) =>
    request.get('/api/v1/agents/me', { headers: { authorization: `Bearer ${token}` } })
  expect((await me(first)).status()).toBe(200)

  const row = page.getByRole('row', { name: /Crawler/ })
  await expect(row.getByText('25.00')).toBeVisible()
  const act = async (label: string) => {
    await row.getByRole('button', { name: 'Change Crawler' }).click()
    await page.getByRole('menuitem', { name: label }).click()
  }
  await act('Rotate the token')
  await page.getByRole('button', { name: 'Rotate the token' }).click()
  const second = await closeToken(page, 'Crawler')
  expect(second).not.toBe(first)

  await act('Change limit and end')
  const limits = page.getByRole('dialog', { name: 'Limits of Crawler' })
  await limits.getByLabel('Monthly limit (optional)', { exact: true }).fill('40')
  await limits.getByRole('button', { name: 'Save the limits' }).click()
  await expect(row.getByText('40.00')).toBeVisible()

  await row.getByRole('button', { name: 'Crawler', exact: true }).click()
  const sheet = page.getByRole('dialog', { name: 'Crawler' })
  await expect(sheet.getByRole('heading', { name: 'Linked wallets' })).toBeVisible()
  await sheet.getByRole('button', { name: 'Revoke' }).click()
  const revoke = page.getByRole('alertdialog', { name: 'Revoke Crawler' })
  await revoke.getByLabel(/Type Crawler to confirm/).fill('Crawler')
  await revoke.getByRole('button', { name: 'Revoke the agent' }).click()
  await expect(sheet.getByText('Revoked')).toBeVisible()
  expect((await me(second)).status()).toBe(401)
})

test('an agent that registered is linked from a phone: sign in, come back, compare the code, link', async ({
  browser,
  request,
}) => {
  const answer = await request.post('/api/agents/register', {
    data: { agent_name: 'Pocket agent', client_info: 'e2e' },
  })
  const { agent_id, token, user_code } = await answer.json()
  const context = await browser.newContext({ viewport: { width: 360, height: 780 } })
  const page = await context.newPage()
  await injectWallet(page, makeAccount(), { rpcUrl })
  await page.goto(`/add-agent?agentId=${agent_id}&name=Pocket+agent`)
  await expect(page).toHaveURL(new RegExp(`/agents/link/${agent_id}$`))
  await page.getByRole('button', { name: /Injected test wallet/ }).click()
  await expect(page.getByText(user_code)).toBeVisible({ timeout: 45_000 })
  await page.getByLabel('Name').fill('Pocket works')
  await page.getByRole('button', { name: 'Create workspace' }).click()
  await page.getByRole('button', { name: 'Link to Pocket works' }).click({ timeout: 45_000 })
  await expect(page.getByText('Pocket agent belongs to Pocket works')).toBeVisible({ timeout: 45_000 })
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  const me = await request.get('/api/v1/agents/me', { headers: { authorization: `Bearer ${token}` } })
  expect((await me.json()).workspace_id).toBeTruthy()
  await context.close()
})

test('a link that leads nowhere is a calm page', async ({ page }) => {
  await injectWallet(page, makeAccount(), { rpcUrl })
  await signInWithInjectedWallet(page)
  await page.goto(`/agents/link/agt_${'0'.repeat(32)}`)
  await expect(page.getByText('There is no agent to link')).toBeVisible()
})
