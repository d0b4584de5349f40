import { expect, test } from '@playwright/test'
import { rpcUrl } from '../fixtures/chain'
import { injectWallet } from '../fixtures/injected-wallet'
import { makeAccount } from '../fixtures/person'
import { createFirstWorkspace, signInWithInjectedWallet } from '../fixtures/sign-in'

const SUPPLIER = `0x${'5'.repeat(40)}`

test('an agent that nobody knows asks for a mandate: from its link a phone signs in, links, lowers and signs', async ({
  browser,
  request,
}) => {
  test.setTimeout(180_000)
  const registered = await request.post('/api/agents/register', { data: { agent_name: 'Supplier bot' } })
  const { token } = await registered.json()
  const headers = { authorization: `Bearer ${token}` }
  const asked = await request.post('/api/mandates/create-intent', {
    headers,
    data: {
      intent: {
        naturalLanguage: 'Pay the data suppliers',
        limitAmount: '25000000',
        validForSeconds: 86_400,
        maxAmountPerTx: '5000000',
        recipientAllowlist: [SUPPLIER],
      },
    },
  })
  const { authorizationUrl, mandateId, agentStatus } = await asked.json()
  expect(agentStatus).toBe('needs_wallet_authorization')

  const context = await browser.newContext({ viewport: { width: 360, height: 780 } })
  const page = await context.newPage()
  const account = makeAccount()
  const workspace = `Mandates ${account.address.slice(2, 8)}`
  const wallet = await injectWallet(page, account, { rpcUrl })
  const noSidewaysScroll = async () => {
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  }
  const { pathname, search } = new URL(authorizationUrl)
  await page.goto(`${pathname}${search}`)
  await page.getByRole('button', { name: /Injected test wallet/ }).click()
  await page.getByLabel('Name').fill(workspace, { timeout: 45_000 })
  await page.getByRole('button', { name: 'Create workspace' }).click()
  await page.getByRole('button', { name: `Link to ${workspace}` }).click({ timeout: 45_000 })
  await page.getByRole('link', { name: 'Read what it asks for' }).click({ timeout: 45_000 })

  await expect(page.getByText('Pay the data suppliers')).toBeVisible({ timeout: 45_000 })
  await expect(page.getByText('25.000000')).toBeVisible()
  await noSidewaysScroll()
  await page.getByRole('button', { name: /Lower it before signing/ }).click({ timeout: 45_000 })
  const limit = page.getByLabel('In all, at most', { exact: true })
  await limit.fill('30')
  await limit.blur()
  await expect(page.getByText(/at most 25.00 USDC/)).toBeVisible()
  await limit.fill('10')
  await expect(page.getByText('1 lowered')).toBeVisible()
  await noSidewaysScroll()
  await page.screenshot({ path: 'screenshots/mandate-lowering-phone.png', fullPage: true })

  wallet.rejectNext()
  await page.getByRole('button', { name: 'Sign as lowered' }).click()
  await expect(page.getByText('You declined in the wallet')).toBeVisible()
  await page.getByRole('button', { name: 'Sign as lowered' }).click()
  await expect(page.getByText('Signed and on')).toBeVisible()
  await expect(page.getByText('10.000000')).toBeVisible()
  await page.screenshot({ path: 'screenshots/mandate-signed-phone.png', fullPage: true })
  const read = await request.get(`/api/mandates/agent/${mandateId}`, { headers })
  expect((await read.json()).mandate).toMatchObject({
    status: 'signed',
    limitAmount: '10000000',
    remainingAmount: '10000000',
  })

  await page.getByRole('link', { name: 'See it in the console' }).click()
  const sheet = page.getByRole('dialog', { name: 'Mandate of Supplier bot' })
  await expect(sheet.getByText('signed it')).toBeVisible({ timeout: 45_000 })
  await noSidewaysScroll()
  await sheet.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Turn off' }).click()
  await expect(sheet.getByText('turned it off')).toBeVisible()
  await sheet.getByRole('button', { name: 'Turn on' }).click()
  await expect(sheet.getByText('turned it on')).toBeVisible()
  await sheet.getByRole('button', { name: 'Revoke' }).click()
  const revoke = page.getByRole('alertdialog', { name: 'Revoke the mandate of Supplier bot' })
  await revoke.getByLabel(/Type Supplier bot to confirm/).fill('Supplier bot')
  await revoke.getByRole('button', { name: 'Revoke for good' }).click()
  await expect(sheet.getByText('revoked it')).toBeVisible()
  await context.close()
})

test('a person draws up a mandate for an agent and goes on to sign it', async ({ page }) => {
  test.setTimeout(180_000)
  const account = makeAccount()
  await injectWallet(page, account, { rpcUrl })
  await signInWithInjectedWallet(page)
  await createFirstWorkspace(page, `Budgets ${account.address.slice(2, 8)}`)
  await page.getByRole('link', { name: 'Agents', exact: true }).first().click({ timeout: 45_000 })
  await page.getByRole('button', { name: 'Mint an agent' }).first().click({ timeout: 45_000 })
  await page.getByRole('dialog').getByLabel('Name').fill('Buyer')
  await page.getByRole('button', { name: 'Mint the agent' }).click()
  await page.getByLabel('I have stored it').click()
  await page.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('link', { name: 'Mandates', exact: true }).first().click()
  await expect(page.getByText('No mandates yet')).toBeVisible({ timeout: 45_000 })
  await page.getByRole('button', { name: 'Draw up a mandate' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Draw up a mandate' })
  await dialog.getByRole('button', { name: 'Draw up and read' }).click({ timeout: 45_000 })
  await expect(dialog.getByText('Must not be empty.')).toBeVisible()
  await dialog.getByLabel('What for').fill('Buy data')
  await dialog.getByLabel('In all, at most', { exact: true }).fill('12.5')
  await dialog.getByRole('button', { name: 'Draw up and read' }).click()
  await expect(page.getByText('It may pay anybody')).toBeVisible({ timeout: 45_000 })
  await page.getByRole('button', { name: 'Sign the mandate' }).click({ timeout: 45_000 })
  await expect(page.getByText('Signed and on')).toBeVisible()
})
