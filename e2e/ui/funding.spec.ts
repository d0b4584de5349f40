import { expect, test } from '@playwright/test'
import { rpcUrl, usdcOf } from '../fixtures/chain'
import { query } from '../fixtures/console-api'
import { injectWallet } from '../fixtures/injected-wallet'
import { fund, makeAccount } from '../fixtures/person'
import { createFirstWorkspace, signInWithInjectedWallet } from '../fixtures/sign-in'

const AMOUNT = 40_000_000n

test('a transfer to the payout wallet is found again after a reload, ends in a receipt and was sent once', async ({
  page,
  request,
}) => {
  const account = makeAccount()
  const wallet = await injectWallet(page, account, { rpcUrl })
  await signInWithInjectedWallet(page)
  await createFirstWorkspace(page, `Funding ${account.address.slice(2, 8)}`)
  await fund(request, account.address, { usdc: 100_000_000n })
  const [workspace] = await query<{ id: string; slug: string }[]>(page.request, 'workspaces.list', {})
  const { address } = await query<{ address: `0x${string}` }>(page.request, 'wallet.managed', {
    workspaceId: workspace?.id,
  })
  await page.goto(`/w/${workspace?.slug}/payouts`)
  await page.getByRole('button', { name: 'Fund', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Fund the payout wallet' })
  await dialog.getByLabel('Amount').fill('40', { timeout: 45_000 })
  await expect(dialog.getByText('Your wallet will ask once: to send the USDC.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Send 40.00 USDC' }).click()
  await expect.poll(() => wallet.count('eth_sendTransaction')).toBe(1)
  // A block has it, and some confirmations are missing.
  await expect(dialog.getByRole('progressbar', { name: 'Confirmations' })).toBeVisible()

  await page.reload()
  await expect(page.getByText(/^Funding of 40\.00 USDC/)).toBeVisible({ timeout: 45_000 })
  await page.getByRole('button', { name: 'Show receipt' }).click({ timeout: 60_000 })
  await expect(dialog.getByText('The payout wallet received 40.00 USDC')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(/^Funding of 40\.00 USDC/)).toBeHidden()
  expect(wallet.count('eth_sendTransaction')).toBe(1)
  expect(await usdcOf(address)).toBe(AMOUNT)
})
