import { expect, type Page, test } from '@playwright/test'
import type { PrivateKeyAccount } from 'viem/accounts'
import { rpcUrl, usdcOf } from '../fixtures/chain'
import { injectWallet } from '../fixtures/injected-wallet'
import { fund, makeAccount } from '../fixtures/person'

const ONE_USDC = 1_000_000n

type Api = Parameters<typeof fund>[0]
type KeptAgent = { agentId: string; token: string; name: string }

/** A newcomer with a wallet in the browser and money in it. */
async function arrive(page: Page, request: Api, { usdc = 200n * ONE_USDC } = {}) {
  const account = makeAccount()
  const wallet = await injectWallet(page, account, { rpcUrl })
  await fund(request, account.address, { usdc })
  return { account, wallet }
}

async function connectAndSignIn(page: Page) {
  await page.getByRole('button', { name: /Injected test wallet/ }).click()
  await expect(page.getByRole('heading', { name: 'Give your agent a bearer' })).toBeVisible({
    timeout: 45_000,
  })
}

async function mint(page: Page, name: string): Promise<string> {
  await page.getByLabel('Name of the agent').fill(name)
  await page.getByRole('button', { name: 'Make the agent and its bearer' }).click()
  const card = page.getByRole('region', { name: 'The agent’s bearer' })
  await expect(card).toBeVisible({ timeout: 30_000 })
  return (await card.locator('code').textContent()) ?? ''
}

/** Signs in, makes an agent and links the wallet: where most journeys begin. */
async function makeAgent(page: Page, name = 'Scout'): Promise<string> {
  await page.goto('/connect')
  await connectAndSignIn(page)
  const token = await mint(page, name)
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await page.getByRole('button', { name: 'Link this wallet' }).click()
  await expect(page.getByText('The connected wallet is linked.')).toBeVisible({ timeout: 30_000 })
  return token
}

async function openTopUp(page: Page, amount: string) {
  await page.getByRole('link', { name: 'Top up this agent' }).click()
  const field = page.getByLabel('Amount', { exact: true })
  await expect(field).toBeVisible({ timeout: 30_000 })
  await field.fill(amount)
}

const sendButton = (page: Page) => page.getByRole('button', { name: 'Send USDC & credit balance' })

async function expectReceipt(page: Page, credited: string, balance: string) {
  await expect(page.getByText(`Credited ${credited} USDC`)).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(`The agent’s balance is now ${balance} USDC.`)).toBeVisible()
}

async function balanceByBearer(request: Api, token: string): Promise<string> {
  const response = await request.get('/api/v1/agents/balance', {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(response.status()).toBe(200)
  return (await response.json()).virtual_balance_atomic
}

/** Waits until the form's balance check has the wallet's USDC: before, nothing can be sent. */
async function press(page: Page, name: string) {
  const button = page.getByRole('button', { name, exact: true })
  await expect(button).toBeEnabled({ timeout: 30_000 })
  await button.click()
}

test('a newcomer signs in, mints a bearer, links the wallet, tops up and is credited', async ({
  page,
  request,
}) => {
  const { account, wallet } = await arrive(page, request)
  await page.goto('/connect')
  await expect(page.getByRole('heading', { name: 'Connect an agent', level: 1 })).toBeVisible()
  await connectAndSignIn(page)
  const token = await mint(page, 'Scout')
  expect(token).toMatch(/^\S{20,}$/)
  await expect(page.getByText('This browser keeps it too')).toBeVisible()
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await expect(page.getByText(token)).toBeHidden()

  await page.getByRole('button', { name: 'Link this wallet' }).click()
  await expect(page.getByText('The connected wallet is linked.')).toBeVisible({ timeout: 30_000 })

  await openTopUp(page, '5')
  const from = page.getByRole('radiogroup', { name: 'From' })
  await expect(from.getByText('Linked and connected')).toBeVisible()
  await press(page, 'Send USDC & credit balance')
  await expect(page.getByText(/\d of 6 confirmations/).first()).toBeVisible({ timeout: 30_000 })
  await expectReceipt(page, '5.00', '5.00')
  expect(wallet.count('eth_sendTransaction')).toBe(1)
  expect(await usdcOf(account.address)).toBe(195n * ONE_USDC)
  expect(await balanceByBearer(request, token)).toBe('5000000')

  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByLabel('Amount', { exact: true })).toHaveValue('')
})

test('leaving in the middle loses nothing: the progress is found again and ends with one credit', async ({
  page,
  request,
}) => {
  const { wallet } = await arrive(page, request)
  const token = await makeAgent(page)
  await openTopUp(page, '20')
  await press(page, 'Send USDC & credit balance')
  await expect.poll(() => wallet.count('eth_sendTransaction')).toBe(1)
  await page.goto('/docs')
  await page.goto('/connect?action=topup')
  await expectReceipt(page, '20.00', '20.00')
  expect(wallet.count('eth_sendTransaction')).toBe(1)
  expect(await balanceByBearer(request, token)).toBe('20000000')
})

test('declining is calm at every popup, and asking again goes on', async ({ page, request }) => {
  const { account, wallet } = await arrive(page, request)
  await page.goto('/connect')
  await connectAndSignIn(page)
  await mint(page, 'Careful')
  await page.getByRole('button', { name: 'I have stored it' }).click()
  wallet.rejectNext()
  await page.getByRole('button', { name: 'Link this wallet' }).click()
  await expect(page.getByText('The wallet was not linked. Nothing happened.')).toBeVisible()
  await page.getByRole('button', { name: 'Link this wallet' }).click()
  await expect(page.getByText('The connected wallet is linked.')).toBeVisible({ timeout: 30_000 })

  await openTopUp(page, '7')
  wallet.rejectNext()
  await press(page, 'Send USDC & credit balance')
  await expect(page.getByText('You declined in the wallet. Nothing was sent.', { exact: true })).toBeVisible()
  expect(await usdcOf(account.address)).toBe(200n * ONE_USDC)
  await page.getByRole('button', { name: 'Ask the wallet again' }).click()
  await expectReceipt(page, '7.00', '7.00')
})

test('a wallet that is not linked yet is linked in the top up itself', async ({ page, request }) => {
  const { wallet } = await arrive(page, request)
  await page.goto('/connect')
  await connectAndSignIn(page)
  await mint(page, 'Direct')
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await openTopUp(page, '5')
  await expect(page.getByText('Link it first')).toBeVisible()
  await expect(sendButton(page)).toBeDisabled()
  await page.getByRole('button', { name: 'Link this wallet' }).click()
  await expect(page.getByText('Linked and connected')).toBeVisible({ timeout: 30_000 })
  await press(page, 'Send USDC & credit balance')
  await expectReceipt(page, '5.00', '5.00')
  expect(wallet.count('eth_sendTransaction')).toBe(1)
})

test('the amount is refused in words, and nothing opens the wallet', async ({ page, request }) => {
  const { wallet } = await arrive(page, request, { usdc: 30n * ONE_USDC })
  await makeAgent(page)
  await openTopUp(page, '5')
  const field = page.getByLabel('Amount', { exact: true })
  await expect(sendButton(page)).toBeEnabled({ timeout: 30_000 })
  for (const wrong of ['0.99', '1.0000001', '31', '-5', '5e1', 'five']) {
    await field.fill(wrong)
    await field.blur()
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(sendButton(page)).toBeDisabled()
  }
  await field.fill('31')
  await expect(page.getByText('Not enough USDC in the wallet')).toBeVisible()
  expect(wallet.count('eth_sendTransaction')).toBe(0)
})

test('sign instead of sending: one signature, no transaction of the wallet, credited', async ({
  page,
  request,
}) => {
  const { account, wallet } = await arrive(page, request)
  const token = await makeAgent(page)
  await openTopUp(page, '2')
  await page.getByRole('radio', { name: /Sign instead of sending/ }).click()
  const field = page.getByLabel('Amount', { exact: true })
  await field.blur()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await field.fill('10')
  await press(page, 'Sign & credit balance')
  await expectReceipt(page, '10.00', '10.00')
  expect(wallet.count('eth_signTypedData_v4')).toBe(1)
  expect(wallet.count('eth_sendTransaction')).toBe(0)
  expect(await usdcOf(account.address)).toBe(190n * ONE_USDC)
  expect(await balanceByBearer(request, token)).toBe('10000000')
})

test('a signed payment survives a reload and is paid once', async ({ page, request }) => {
  const { account, wallet } = await arrive(page, request)
  const token = await makeAgent(page)
  await openTopUp(page, '3')
  await page.getByRole('radio', { name: /Sign instead of sending/ }).click()
  // The first answer to the signed payment never arrives: the page is reloaded with only the stored signature.
  let lost = 0
  await page.route('**/api/v1/balance/topup/x402', async (route) => {
    if (!route.request().headers()['payment-signature'] || lost > 0) return route.continue()
    lost += 1
    await route.fetch().catch(() => undefined)
    await route.abort()
  })
  await press(page, 'Sign & credit balance')
  await expect.poll(() => lost, { timeout: 45_000 }).toBe(1)
  await page.reload()
  await expectReceipt(page, '3.00', '3.00')
  expect(wallet.count('eth_signTypedData_v4')).toBe(1)
  expect(await usdcOf(account.address)).toBe(197n * ONE_USDC)
  expect(await balanceByBearer(request, token)).toBe('3000000')
})

test('recover: the same agent, a new bearer, the balance as it was', async ({ page, request }) => {
  await arrive(page, request)
  const lost = await makeAgent(page, 'Phoenix')
  await openTopUp(page, '5')
  await press(page, 'Send USDC & credit balance')
  await expectReceipt(page, '5.00', '5.00')
  const [before] = await keptAgents(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Forget it' }).click()
  await page.getByRole('button', { name: 'Forget the bearer' }).click()
  expect(await keptAgents(page)).toEqual([])

  await page.goto('/connect?action=recover')
  await expect(page.getByText('The old one stops working after 60 seconds')).toBeVisible()
  await page.getByRole('button', { name: 'Sign and get a new bearer' }).click()
  const card = page.getByRole('region', { name: 'The agent’s bearer' })
  await expect(card).toBeVisible({ timeout: 30_000 })
  const token = (await card.locator('code').textContent()) ?? ''
  expect(token).not.toBe(lost)
  const [after] = await keptAgents(page)
  expect(after?.agentId).toBe(before?.agentId)
  expect(await balanceByBearer(request, token)).toBe('5000000')
})

test('a wrong bearer in the browser is noticed, explained, and can be forgotten', async ({
  page,
  request,
}) => {
  const { account } = await arrive(page, request)
  await makeAgent(page)
  await spoilBearer(page, account)
  await page.goto('/connect?action=topup')
  await expect(page.getByText('The bearer kept in this browser no longer works')).toBeVisible({
    timeout: 30_000,
  })
  await expect(page.getByRole('link', { name: 'Recover with a wallet' })).toBeVisible()
  await expect(sendButton(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Forget it' }).click()
  await expect(page.getByText('The bearer kept in this browser no longer works')).toHaveCount(0)
  expect(await keptAgents(page)).toEqual([])
})

test('without a bearer, whoever is signed in tops up an agent of their workspace', async ({
  page,
  request,
}) => {
  const { wallet } = await arrive(page, request)
  const token = await makeAgent(page, 'Shared')
  const [kept] = await keptAgents(page)
  await page.evaluate(() => {
    for (const name of Object.keys(window.localStorage)) {
      if (name.startsWith('bursar.agents.')) window.localStorage.removeItem(name)
    }
  })
  await page.goto(`/connect?action=topup&agent=${kept?.agentId}`)
  await expect(page.getByRole('heading', { name: 'Which agent' })).toBeVisible({ timeout: 30_000 })
  await page.getByLabel('Amount', { exact: true }).fill('4')
  await expect(page.getByRole('radio', { name: /Sign instead of sending/ })).toHaveCount(0)
  await press(page, 'Send USDC & credit balance')
  await expectReceipt(page, '4.00', '4.00')
  expect(wallet.count('eth_sendTransaction')).toBe(1)
  expect(await balanceByBearer(request, token)).toBe('4000000')
})

test('an agent of another workspace cannot be topped up by its id: it is as if there were none', async ({
  page,
  request,
}) => {
  const foreign = await registerByWallet(request, makeAccount())
  await arrive(page, request)
  await makeAgent(page)
  await page.goto(`/connect?action=topup&agent=${foreign}`)
  await expect(page.getByText('You see no such agent')).toBeVisible({ timeout: 30_000 })
  await expect(sendButton(page)).toHaveCount(0)
})

test('on a phone everything fits, and the address that money goes to is shown in full', async ({
  browser,
  request,
}) => {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, colorScheme: 'dark' })
  const page = await context.newPage()
  await arrive(page, request)
  await makeAgent(page, 'An agent whose name is rather long for a phone')
  await expectNoSidewaysScroll(page)
  await openTopUp(page, '5')
  const address = page.getByRole('region', { name: 'It goes to' })
  await expect(address.getByText(/^0x[0-9a-fA-F]{40}$/)).toHaveCount(1)
  await expectNoSidewaysScroll(page)
  await page.screenshot({ path: 'screenshots/connect-topup-phone.png', fullPage: true })
  await press(page, 'Send USDC & credit balance')
  await expect(page.getByText(/\d of 6 confirmations/).first()).toBeVisible({ timeout: 30_000 })
  await expectNoSidewaysScroll(page)
  await expectReceipt(page, '5.00', '5.00')
  await page.screenshot({ path: 'screenshots/connect-receipt-phone.png', fullPage: true })
  await context.close()
})

/** Registers an agent over REST by its wallet, as a script does; answers its id. */
async function registerByWallet(request: Api, account: PrivateKeyAccount): Promise<string> {
  const post = async (path: string, data: object) => (await request.post(path, { data })).json()
  const { siwe_message: message } = await post('/api/v1/agents/wallet-nonce', { address: account.address })
  const signature = await account.signMessage({ message })
  return (await post('/api/v1/agents/wallet-register', { message, signature })).agent_id
}

async function expectNoSidewaysScroll(page: Page) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
}

function keptAgents(page: Page): Promise<KeptAgent[]> {
  return page.evaluate(() =>
    Object.entries(window.localStorage)
      .filter(([name]) => name.startsWith('bursar.agents.'))
      .flatMap(([, text]) => JSON.parse(text) as KeptAgent[]),
  )
}

async function spoilBearer(page: Page, { address }: PrivateKeyAccount) {
  await page.evaluate((owner) => {
    const name = `bursar.agents.v1.${owner.toLowerCase()}`
    const agents = JSON.parse(window.localStorage.getItem(name) ?? '[]') as KeptAgent[]
    const spoiled = agents.map((agent) => ({ ...agent, token: `${agent.token.slice(0, -4)}0000` }))
    window.localStorage.setItem(name, JSON.stringify(spoiled))
  }, address)
}
