import { expect, type Page, test } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { startWebhookReceiver } from '../../test/harness/webhook-receiver'
import { rpcUrl } from '../fixtures/chain'
import { injectWallet } from '../fixtures/injected-wallet'
import { makeAccount } from '../fixtures/person'
import { createFirstWorkspace, signInWithInjectedWallet } from '../fixtures/sign-in'

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">'

async function openWebhooks(page: Page) {
  const account = makeAccount()
  await injectWallet(page, account, { rpcUrl })
  await signInWithInjectedWallet(page)
  await createFirstWorkspace(page, `Webhooks ${account.address.slice(2, 8)}`)
  await page.goto(`${page.url()}/webhooks`)
  await expect(page.getByRole('heading', { name: 'Webhooks', level: 1 })).toBeVisible({ timeout: 45_000 })
}

async function closeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog', { name: 'Signing secret' })
  const secret = (await dialog.getByRole('region', { name: 'Signing secret' }).textContent()) ?? ''
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(dialog.getByText(/tick the box first/)).toBeVisible()
  await dialog.getByLabel(/I have stored it/).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toBeHidden()
  return secret
}

test('an endpoint is added, tested, turned off by 410, turned on again and sent what a person asks for', async ({
  page,
}) => {
  const receiver = await startWebhookReceiver()
  await openWebhooks(page)
  await expect(page.getByText('No endpoint yet')).toBeVisible()
  await page.getByRole('button', { name: 'Add an endpoint' }).click()
  const add = page.getByRole('dialog', { name: 'Add an endpoint' })
  await add.getByLabel('URL').fill('https://10.0.0.1/hook')
  await add.getByRole('button', { name: 'Add endpoint' }).click()
  await expect(add.getByText(/not an address on the public internet/)).toBeVisible()
  await add.getByLabel('URL').fill(receiver.urlOf('/hook'))
  await add.getByLabel('Description').fill(HOSTILE)
  await add.getByLabel('Every event').click()
  await add.getByLabel('payout.signing').click()
  await add.getByRole('button', { name: 'Add endpoint' }).click()
  const secret = await closeSecret(page)

  const endpoints = page.getByRole('region', { name: 'Endpoints' })
  await expect(endpoints.getByText(HOSTILE)).toBeVisible()
  await expect(endpoints.getByText('12 of 13 types')).toBeVisible()
  const act = async (label: string) => {
    await endpoints.getByRole('button', { name: /^More for/ }).click()
    await page.getByRole('menuitem', { name: label }).click()
  }
  await act('Send a test event')
  const tested = page.getByRole('dialog', { name: 'Test event' })
  await expect(tested.getByText('It answered 200')).toBeVisible()
  const [message] = receiver.to('/hook')
  new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})
  receiver.behave('/hook', 410)
  await tested.getByRole('button', { name: 'Send another' }).click()
  await expect(tested.getByText(/It answered 410 Gone/)).toBeVisible()
  await tested.getByRole('button', { name: 'Close' }).first().click()

  await expect(endpoints.getByText(/was turned off/)).toBeVisible()
  receiver.behave('/hook', 200)
  await endpoints.getByRole('button', { name: 'Turn on again' }).click()
  const missed = page.getByRole('dialog', { name: 'Send what it missed' })
  await missed.getByRole('button', { name: 'Cancel' }).click()
  await expect(endpoints.getByText('On', { exact: true })).toBeVisible()

  const failed = page.getByRole('row', { name: /webhook\.test.*Failed/ })
  await failed.click()
  const sheet = page.getByRole('dialog', { name: 'webhook.test' })
  await sheet.getByText('It answered 410 Gone', { exact: false }).last().click()
  await expect(sheet.getByText('status 410')).toBeVisible()
  await sheet.getByRole('button', { name: 'Send again' }).click()
  await expect(sheet.getByText('Delivered')).toBeVisible()
  expect(receiver.to('/hook')).toHaveLength(3)
  expect(receiver.to('/hook')[2]?.headers['webhook-id']).toBe(receiver.to('/hook')[1]?.headers['webhook-id'])
  await sheet.getByRole('button', { name: 'Close' }).click()

  await act('Rotate the secret')
  const rotate = page.getByRole('alertdialog')
  await expect(rotate.getByRole('button', { name: 'Rotate the secret' })).toBeDisabled()
  await rotate.getByLabel(/^Type /).fill(new URL(receiver.urlOf('/hook')).host)
  await rotate.getByRole('button', { name: 'Rotate the secret' }).click()
  expect(await closeSecret(page)).not.toBe(secret)
  expect(await page.title()).not.toBe('taken')
  await receiver.stop()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 780 }, colorScheme: 'dark' })

  test('the default secret is made, and nothing scrolls sideways', async ({ page }) => {
    await openWebhooks(page)
    await page.getByRole('button', { name: 'Make the secret' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Make the secret' }).click()
    const dialog = page.getByRole('dialog', { name: 'Signing secret' })
    await dialog.getByRole('button', { name: 'Python' }).click()
    await expect(dialog.getByText(/from standardwebhooks import Webhook/)).toBeVisible()
    expect(await closeSecret(page)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await expect(page.getByRole('button', { name: 'Rotate the secret' })).toBeVisible()
    await page.getByRole('button', { name: 'Add an endpoint' }).click()
    await expect(page.getByRole('dialog', { name: 'Add an endpoint' })).toBeVisible()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })
})
