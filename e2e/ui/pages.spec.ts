import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import { askForPayout, mintAgent, mutate, postAsAgent, query } from '../fixtures/console-api'
import { readLayoutShift, watchLayoutShifts } from '../fixtures/layout-shifts'
import { makeTroubles } from '../fixtures/payout-troubles'
import { makeAccount } from '../fixtures/person'

// Signs in the way a newcomer does, with the built-in test wallet, and leafs through every page: screenshots for a
// reviewer (screenshots/, not committed), no error in the browser's console, no sideways scroll on a phone, nothing that
// moves under a finger.

const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 780 } },
] as const

const PAGES = [
  { name: 'overview', path: '/w/demo', heading: 'Overview' },
  { name: 'activity', path: '/w/demo/activity', heading: 'Activity' },
  { name: 'agents', path: '/w/demo/agents', heading: 'Agents' },
  { name: 'mandates', path: '/w/demo/mandates', heading: 'Mandates' },
  { name: 'mandate-none', path: '/mandate/none', heading: 'A mandate' },
  { name: 'balance', path: '/w/demo/balance', heading: 'Balance' },
  { name: 'priced-apis', path: '/w/demo/priced-apis', heading: 'Priced APIs' },
  { name: 'webhooks', path: '/w/demo/webhooks', heading: 'Webhooks' },
  { name: 'payouts', path: '/w/demo/payouts', heading: 'Payouts' },
  { name: 'payouts-waiting', path: '/w/demo/payouts?tab=waiting', heading: 'Payouts' },
  { name: 'settings', path: '/w/demo/settings', heading: 'Settings' },
  { name: 'address-book', path: '/w/demo/settings?tab=address-book', heading: 'Settings' },
  { name: 'policies', path: '/w/demo/settings?tab=policies', heading: 'Settings' },
  { name: 'link-agent', path: '/agents/link/none', heading: 'Link an agent' },
  { name: 'instance', path: '/instance', heading: 'Instance' },
  { name: 'connect', path: '/connect', heading: 'Connect an agent' },
  { name: 'connect-topup', path: '/connect?action=topup', heading: 'Top up an agent' },
  { name: 'connect-recover', path: '/connect?action=recover', heading: 'Recover an agent' },
  { name: 'docs', path: '/docs', heading: /API reference/ },
]

/** As long as the address book allows, with a word that cannot wrap; another each time, for no two addresses share a name. */
const longName = () =>
  `Rechenzentrumsbetriebsgesellschaft of Northern Europe and of the Isles, No. ${Math.floor(Math.random() * 9000) + 1000}`

type Shown = { name: string; path: string; heading: string | RegExp; text?: string }

/** Payouts and a mandate of the demo workspace that wait for a person, one payout denied, and the pages of these. */
async function askForThings(page: Page, request: APIRequestContext, name = longName()): Promise<Shown[]> {
  const { id: workspaceId } = await query<{ id: string }>(page.request, 'workspaces.bySlug', { slug: 'demo' })
  const agent = await mintAgent(page.request, workspaceId, 'Supplier agent')
  const named = makeAccount().address
  await mutate(page.request, 'addressBook.add', { workspaceId, address: named, name })
  for (const [index, amount] of [3_100_000n, 1_250_500_000n, 75_000_000n].entries()) {
    await askForPayout(request, agent, {
      toAddress: index === 0 ? named : makeAccount().address,
      amount,
      description: `Invoice ${index + 1}, a description that is as long as they usually are`,
    })
  }
  type Row = { id: string; payoutId: string; approvalId: string }
  const { payouts } = await query<{ payouts: Row[] }>(page.request, 'payouts.list', {
    workspaceId,
    agentId: agent.agentId,
  })
  const [first, , denied] = payouts
  if (!first || !denied) throw new Error('the payouts are not in the list')
  const note = 'Paid by card already'
  await mutate(page.request, 'payouts.deny', { approvalId: denied.approvalId, note })
  const asked = await postAsAgent(request, agent.token, '/api/mandates/create-intent', {
    intent: {
      naturalLanguage: 'Pay the data suppliers of the month',
      limitAmount: '250000000',
      maxAmountPerTx: '50000000',
      validForSeconds: 2_592_000,
      recipientAllowlist: [makeAccount().address],
    },
  })
  const { mandateId } = await asked.json()
  return [
    { name: 'mandate', path: `/mandate/${mandateId}`, heading: 'A mandate' },
    { name: 'payout-denied', path: `/w/demo/payouts/${denied.id}`, heading: denied.payoutId },
    { name: 'payout', path: `/w/demo/payouts/${first.id}`, heading: first.payoutId },
    { name: 'approval', path: `/authorize-payout/${first.approvalId}`, heading: /asks to pay/ },
  ]
}

/** The pages of a workspace that the checker has stopped, and of payouts that did not go as they should. */
async function troublePages(page: Page, request: APIRequestContext): Promise<Shown[]> {
  const { unknown, takenBack, gone } = await makeTroubles(page.request, request)
  const workspace = `/w/${gone.slug}`
  const pageOf = ({ id, payoutId }: typeof gone) => ({
    path: `${workspace}/payouts/${id}`,
    heading: payoutId,
  })
  return [
    { name: 'payout-unknown', ...pageOf(unknown), text: 'Do not pay' },
    { name: 'payout-taken-back', ...pageOf(takenBack), text: 'Taken back: sent again' },
    { name: 'payout-gone', ...pageOf(gone), text: 'Gone: not paid' },
    {
      name: 'approval-gone',
      path: `/authorize-payout/${gone.approvalId}`,
      heading: /asked to pay/,
      text: 'Gone: not paid',
    },
    { name: 'payouts-stopped', path: `${workspace}/payouts`, heading: 'Payouts', text: 'Gone: not paid' },
    { name: 'overview-stopped', path: workspace, heading: 'Overview', text: 'stopped' },
    {
      name: 'policies-stopped',
      path: `${workspace}/settings?tab=policies`,
      heading: 'Settings',
      text: 'stopped',
    },
  ]
}

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

/** Where the name of a recipient is painted beyond its box, over what stands beside it. Runs in the page. */
function overrunNames(name: string): string[] {
  return [...document.querySelectorAll('main *')]
    .filter((element) => element.childElementCount === 0 && element.textContent === name)
    .filter((element) => element.getClientRects().length > 0)
    .filter((element) => {
      const text = document.createRange()
      text.selectNodeContents(element)
      const isClipped = getComputedStyle(element).overflowX === 'hidden' && element.clientWidth > 0
      const right = isClipped ? element.getBoundingClientRect().right : text.getBoundingClientRect().right
      const next = element.nextElementSibling?.getBoundingClientRect()
      const isBeside = next !== undefined && next.top < element.getBoundingClientRect().bottom
      return right > window.innerWidth || (isBeside && right > next.left)
    })
    .map((element) => element.outerHTML)
}

for (const { name: look, colorScheme, viewport } of LOOKS) {
  test(`every page in ${look}: no console error, no sideways scroll, nothing moves by itself`, async ({
    browser,
    request,
  }) => {
    test.setTimeout(240_000)
    const context = await browser.newContext({ colorScheme, viewport })
    await watchLayoutShifts(context)
    const page = await context.newPage()
    const errors: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))

    await page.goto('/')
    await expect(page.getByRole('heading', { name: 'Sign in with your wallet' })).toBeVisible()
    await page.screenshot({ path: `screenshots/start-${look}.png`, fullPage: true })
    await signInAsDemoOwner(page)
    const recipient = longName()
    const pages: readonly Shown[] = [
      ...PAGES,
      ...(await askForThings(page, request, recipient)),
      ...(await troublePages(page, request)),
    ]
    for (const { name, path, heading, text } of pages) {
      await page.goto(path)
      await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
      if (text) await expect(page.getByText(text).filter({ visible: true }).first()).toBeVisible()
      const { sum: shift, moved } = await readLayoutShift(page)
      expect(shift, `what moved by itself on ${name}: ${moved}`).toBeLessThan(0.1)
      await page.screenshot({ path: `screenshots/${name}-${look}.png`, fullPage: name !== 'docs' })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow, `${name} scrolls sideways by ${overflow} px`).toBeLessThanOrEqual(0)
      expect(await page.evaluate(overrunNames, recipient), `names over their neighbours on ${name}`).toEqual(
        [],
      )
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

test('rows that cannot be read again stay in sight and say how old they are', async ({ page, request }) => {
  await signInAsDemoOwner(page)
  await askForThings(page, request)
  for (const { path, procedure, rows } of [
    { path: '/w/demo/payouts', procedure: 'payouts.list', rows: /^Payouts/ },
    { path: '/w/demo/payouts?tab=waiting', procedure: 'approvals.list', rows: /decision/ },
    { path: '/w/demo/mandates', procedure: 'mandates.list', rows: /^Mandates/ },
  ]) {
    await page.goto(path)
    const list = page.getByRole('main').getByRole(procedure === 'approvals.list' ? 'list' : 'table', {
      name: rows,
    })
    await expect(list.first()).toBeVisible()
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
    await page.route(`**/api/trpc/**${procedure}**`, (route) => route.abort())
    await expect(page.getByText('This may be old').first()).toBeVisible({ timeout: 45_000 })
    await expect(list.first()).toBeVisible()
    await page.unroute(`**/api/trpc/**${procedure}**`)
    await expect(page.getByText('This may be old')).toHaveCount(0, { timeout: 45_000 })
  }
})
