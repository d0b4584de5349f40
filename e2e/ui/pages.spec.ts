import { expect, type Page, test } from '@playwright/test'

// Signs in the way a newcomer does, with the built-in test wallet, and leafs through every page: screenshots for a
// reviewer (screenshots/, not committed), no error in the browser's console, no sideways scroll on a phone.

const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 780 } },
] as const

const PAGES = [
  { name: 'overview', path: '/w/demo', heading: 'Overview' },
  { name: 'activity', path: '/w/demo/activity', heading: 'Activity' },
  { name: 'agents', path: '/w/demo/agents', heading: 'Agents' },
  { name: 'balance', path: '/w/demo/balance', heading: 'Balance' },
  { name: 'priced-apis', path: '/w/demo/priced-apis', heading: 'Priced APIs' },
  { name: 'settings', path: '/w/demo/settings', heading: 'Settings' },
  { name: 'link-agent', path: '/agents/link/none', heading: 'Link an agent' },
  { name: 'instance', path: '/instance', heading: 'Instance' },
  { name: 'connect', path: '/connect', heading: 'Connect an agent' },
  { name: 'connect-topup', path: '/connect?action=topup', heading: 'Top up an agent' },
  { name: 'connect-recover', path: '/connect?action=recover', heading: 'Recover an agent' },
  { name: 'docs', path: '/docs', heading: /API reference/ },
]

async function signInAsDemoOwner(page: Page) {
  await page.goto('/')
  await page.getByRole('button', { name: /Bursar test wallet/ }).click()
  const wallet = page.getByRole('dialog', { name: 'Test wallet' })
  await wallet.getByRole('radio', { name: /Owner/ }).click()
  await wallet.getByRole('button', { name: 'Confirm' }).click()
  await expect(wallet.getByText(/wants you to sign in/)).toBeVisible()
  await wallet.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible({ timeout: 45_000 })
}

for (const { name: look, colorScheme, viewport } of LOOKS) {
  test(`every page in ${look}: no console error, no sideways scroll`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme, viewport })
    const page = await context.newPage()
    const errors: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(error.message))

    await page.goto('/')
    await expect(page.getByRole('heading', { name: 'Sign in with your wallet' })).toBeVisible()
    await page.screenshot({ path: `screenshots/start-${look}.png`, fullPage: true })
    await signInAsDemoOwner(page)
    for (const { name, path, heading } of PAGES) {
      await page.goto(path)
      await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
      await page.screenshot({ path: `screenshots/${name}-${look}.png`, fullPage: name !== 'docs' })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow, `${name} scrolls sideways by ${overflow} px`).toBeLessThanOrEqual(0)
    }
    expect(errors).toEqual([])
    await context.close()
  })
}

test('an unknown workspace is a calm page that tells nothing', async ({ page }) => {
  await signInAsDemoOwner(page)
  await page.goto('/w/demo-operator')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const foreign = (await page.getByRole('main').textContent()) ?? ''
  await page.goto('/w/does-not-exist')
  await expect(page.getByRole('main')).toHaveText(foreign)
})
