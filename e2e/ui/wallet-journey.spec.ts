import { expect, type Page, test } from '@playwright/test'
import { poolOf, rpcUrl, setPaused, usdcOf } from '../fixtures/chain'
import { injectWallet } from '../fixtures/injected-wallet'
import { fund, makeAccount } from '../fixtures/person'
import { createFirstWorkspace, signInWithInjectedWallet } from '../fixtures/sign-in'

const ONE_USDC = 1_000_000n

// Pausing holds for the whole chain, so these journeys run one after another.
test.describe.configure({ mode: 'serial' })

async function openWorkspace(
  page: Page,
  request: Parameters<typeof fund>[0],
  { usdc = 1_000n * ONE_USDC, batches = false } = {},
) {
  const account = makeAccount()
  const wallet = await injectWallet(page, account, { rpcUrl, batches })
  await fund(request, account.address, { usdc })
  await signInWithInjectedWallet(page)
  await createFirstWorkspace(page, `Journey ${account.address.slice(2, 8)}`)
  return { account, wallet }
}

async function topUp(page: Page, amount: string) {
  await page.getByRole('button', { name: 'Top up', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Top up the pool' })
  await dialog.getByLabel('Amount', { exact: true }).fill(amount)
  await dialog.getByRole('button', { name: /^Top up [\d,.]+ USDC$/ }).click()
  return dialog
}

async function finish(page: Page, words: string) {
  await expect(page.getByText(words)).toBeVisible({ timeout: 45_000 })
  await page.getByRole('button', { name: 'Done' }).click()
}

test('the first top up asks twice, the second once, and both stand in the activity', async ({
  page,
  request,
}) => {
  const { account, wallet } = await openWorkspace(page, request)
  await topUp(page, '100')
  await finish(page, 'Topped up 100.00 USDC')
  expect(wallet.count('eth_sendTransaction')).toBe(2)
  expect(await poolOf(account.address)).toBe(100n * ONE_USDC)

  await topUp(page, '50')
  await finish(page, 'Topped up 50.00 USDC')
  expect(wallet.count('eth_sendTransaction')).toBe(3)
  expect(await poolOf(account.address)).toBe(150n * ONE_USDC)

  await page.getByRole('link', { name: 'Activity', exact: true }).first().click()
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible()
  const rows = page.locator('[data-activity-row]')
  await expect(rows).toHaveCount(3, { timeout: 30_000 })
  await expect(page.getByText('+100.00')).toBeVisible()
  await expect(page.getByText('+50.00')).toBeVisible()
  await expect(page.getByText('Unlimited')).toBeVisible()
})

test('withdrawing works, and it still works while the contract is paused', async ({ page, request }) => {
  const { account } = await openWorkspace(page, request)
  await topUp(page, '100')
  await finish(page, 'Topped up 100.00 USDC')

  const withdraw = async (amount: string) => {
    await page.getByRole('button', { name: 'Withdraw', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Withdraw from the pool' })
    await dialog.getByLabel('Amount', { exact: true }).fill(amount)
    await dialog.getByRole('button', { name: /^Withdraw [\d,.]+ USDC$/ }).click()
  }
  await withdraw('30')
  await finish(page, 'Withdrawn 30.00 USDC')
  expect(await poolOf(account.address)).toBe(70n * ONE_USDC)

  await setPaused(true)
  try {
    await expect(page.getByText('Top up is paused')).toBeVisible({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Top up', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Top up the pool' })
    await expect(dialog.getByText('Top up is paused')).toBeVisible()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await withdraw('20')
    await finish(page, 'Withdrawn 20.00 USDC')
    expect(await poolOf(account.address)).toBe(50n * ONE_USDC)
    expect(await usdcOf(account.address)).toBe(950n * ONE_USDC)
  } finally {
    await setPaused(false)
  }
})

test('declining in the wallet is calm, and asking again goes on where one was', async ({ page, request }) => {
  const { account, wallet } = await openWorkspace(page, request)
  wallet.rejectNext()
  await topUp(page, '25')
  const dialog = page.getByRole('dialog', { name: 'Top up the pool' })
  await expect(
    dialog.getByText('You declined in the wallet. Nothing was sent.', { exact: true }),
  ).toBeVisible()
  expect(await poolOf(account.address)).toBe(0n)
  await dialog.getByRole('button', { name: 'Ask the wallet again' }).click()
  await finish(page, 'Topped up 25.00 USDC')
  expect(await poolOf(account.address)).toBe(25n * ONE_USDC)
})

test('a reload between approve and deposit goes on with the deposit and never approves twice', async ({
  page,
  request,
}) => {
  const { account, wallet } = await openWorkspace(page, request)
  await topUp(page, '40')
  await expect.poll(() => wallet.count('eth_sendTransaction')).toBe(1)
  await page.reload()
  const goOn = page
    .getByRole('button', { name: 'Continue' })
    .or(page.getByRole('button', { name: 'Show', exact: true }))
  await goOn.first().click({ timeout: 30_000 })
  const dialog = page.getByRole('dialog', { name: 'Top up the pool' })
  const next = dialog.getByRole('button', { name: 'Continue' })
  const receipt = page.getByText('Topped up 40.00 USDC')
  await expect(next.or(receipt)).toBeVisible({ timeout: 30_000 })
  if (await next.isVisible()) await next.click()
  await finish(page, 'Topped up 40.00 USDC')
  expect(wallet.count('eth_sendTransaction')).toBe(2)
  expect(await poolOf(account.address)).toBe(40n * ONE_USDC)
})

test('a deposit without gas takes one signature and sends nothing from the wallet', async ({
  page,
  request,
}) => {
  const { account, wallet } = await openWorkspace(page, request)
  await page.getByRole('button', { name: 'Top up', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Top up the pool' })
  await dialog.getByRole('radio', { name: /Deposit without gas/ }).click()
  await dialog.getByLabel('Amount', { exact: true }).fill('10')
  await dialog.getByRole('button', { name: 'Top up 10.00 USDC' }).click()
  await finish(page, 'Topped up 10.00 USDC')
  expect(wallet.count('eth_sendTransaction')).toBe(0)
  expect(wallet.count('eth_signTypedData_v4')).toBe(1)
  expect(await poolOf(account.address)).toBe(10n * ONE_USDC)
})

test('a wallet that batches tops up the first time with one popup, and with one transaction', async ({
  page,
  request,
}) => {
  const { account, wallet } = await openWorkspace(page, request, { batches: true })
  await page.getByRole('button', { name: 'Top up', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Top up the pool' })
  await dialog.getByLabel('Amount', { exact: true }).fill('60')
  await expect(
    dialog.getByText('Your wallet will ask once: to allow the pool and deposit together.'),
  ).toBeVisible()
  await dialog.getByRole('button', { name: 'Top up 60.00 USDC' }).click()
  await finish(page, 'Topped up 60.00 USDC')
  expect(wallet.count('wallet_sendCalls')).toBe(1)
  expect(wallet.count('eth_sendTransaction')).toBe(0)
  expect(await poolOf(account.address)).toBe(60n * ONE_USDC)
  // The allowance is there now: the second time it is a deposit alone.
  await topUp(page, '10')
  await finish(page, 'Topped up 10.00 USDC')
  expect(wallet.count('wallet_sendCalls')).toBe(1)
  expect(wallet.count('eth_sendTransaction')).toBe(1)
  expect(await poolOf(account.address)).toBe(70n * ONE_USDC)
})

test('the amount field refuses in words and nothing can be sent', async ({ page, request }) => {
  await openWorkspace(page, request, { usdc: 5n * ONE_USDC })
  await page.getByRole('button', { name: 'Top up', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Top up the pool' })
  const amount = dialog.getByLabel('Amount', { exact: true })
  for (const wrong of ['1.0000001', '-1', '1e3', '6', 'abc']) {
    await amount.fill(wrong)
    await amount.blur()
    await expect(amount).toHaveAttribute('aria-invalid', 'true')
    await expect(dialog.getByRole('button', { name: 'Top up', exact: true })).toBeDisabled()
  }
})
