/** People who sign in to the console with a real browser, at a real OpenID provider: what they see, and where they land. */
import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { Me } from '@vagus/api/operators'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { needs } from '../../../../scripts/needs.ts'
import { launch, resize, violationsOf } from '../../../console/test/browser.ts'
import { type ServedConsole, servedConsole } from './served-console.ts'

const view = '/#/borders?proposal=transit-1'

// at once: they wait for the page, which looks every two seconds whether one is signed in
const options = { skip: needs('chromium', 'openssl'), timeout: 120_000, concurrency: true }

describe('somebody at the console', options, () => {
  let served: ServedConsole
  let browser: Browser
  before(async () => {
    // a step back may lead to a page that the browser has kept, as it does for people
    const kept = { ignoreDefaultArgs: ['--disable-back-forward-cache'] }
    ;[served, browser] = await Promise.all([servedConsole(), launch(kept)])
  })
  after(async () => {
    await browser.close()
    await served.stop()
  })
  /** A browser of somebody who was never here. */
  const newProfile = async (t: TestContext): Promise<BrowserContext> => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: 'reduce' })
    t.after(() => context.close())
    return context
  }
  const open = async (context: BrowserContext, path = view): Promise<Page> => {
    const page = await context.newPage()
    await page.goto(served.url + path)
    return page
  }
  const says = (page: Page, title: string): Promise<void> =>
    page.getByRole('alert').filter({ hasText: title }).waitFor()
  const begin = (page: Page): Promise<void> => page.getByRole('link', { name: 'Sign in', exact: true }).click()
  const typeIn = async (page: Page, login: string): Promise<void> => {
    await page.getByPlaceholder('Enter any login').fill(login)
    await page.getByPlaceholder('and password').fill('any')
    await page.keyboard.press('Enter')
  }
  const isShown = (page: Page): Promise<void> => page.getByText('To do it').waitFor()
  const signedIn = async (context: BrowserContext, login: string): Promise<Page> => {
    const page = await open(context)
    await begin(page)
    await typeIn(page, login)
    await isShown(page)
    return page
  }
  const focused = (page: Page): Promise<string> => page.evaluate<string>('document.activeElement.textContent')
  const main = (page: Page): Promise<string> => page.locator('main').innerText()

  test('is asked to sign in, needs no mouse, and lands where it was going, with name and role', async (t) => {
    const page = await open(await newProfile(t))
    await says(page, 'You are not signed in')
    assert.equal(await page.title(), 'Sign in · Vagus')
    assert.equal(await focused(page), 'Sign in')
    assert.doesNotMatch(await main(page), /transit/)
    await page.keyboard.press('Enter')
    await typeIn(page, 'vera')
    await isShown(page)
    assert.equal(page.url(), served.url + view)
    assert.match(await page.locator('header').innerText(), /Vera Rubin\s+viewer\s+sign out/)
    // what the role does not allow is not offered, and says who may
    const approve = page.getByRole('button', { name: 'approve it for one hour' })
    assert.ok(await approve.isDisabled())
    await page.getByText('You are viewer; approver or admin may approve proposals').waitFor()
    for (const width of [1024, 400]) {
      await resize(page, width)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
    }
  })

  test('whose session ends is told so, sees nothing any more, and comes back to the same view', async (t) => {
    const context = await newProfile(t)
    const page = await signedIn(context, 'vera')
    const me = await page.evaluate<Me>("fetch('./v1/me').then((answer) => answer.json())")
    const cookie = (await context.cookies(served.url)).map(({ name, value }) => `${name}=${value}`).join('; ')
    const elsewhere = await browser.newContext({ ignoreHTTPSErrors: true })
    const headers = { cookie, 'vagus-csrf': me.csrf! }
    assert.equal((await elsewhere.request.post(`${served.url}/v1/sign-out`, { headers })).status(), 200)
    await elsewhere.close()
    await says(page, 'Your session has ended')
    assert.doesNotMatch(await page.locator('body').innerText(), /transit|Vera/)
    assert.equal(await page.getByRole('status').textContent(), 'signed out')
    assert.equal(await focused(page), 'Sign in')
    await page.keyboard.press('Enter') // the provider knows who it is
    await isShown(page)
    assert.equal(page.url(), served.url + view)
  })

  test('signs out and is told so, and no step back shows anything, nor does a page that the browser has kept', async (t) => {
    const context = await newProfile(t)
    const kept = await signedIn(context, 'vera')
    await kept.evaluate(`addEventListener('pageshow', ({ persisted }) => {
      window.atOnce = { persisted, text: document.body.innerText }
    })`)
    await kept.goto(`${served.issuer}/.well-known/openid-configuration`)
    const page = await open(context)
    await page.getByRole('link', { name: 'Events', exact: true }).click()
    await page.getByText('Vera Rubin <vera@example.com> signed in').first().waitFor()
    await page.getByRole('button', { name: 'sign out' }).click()
    await says(page, 'You are signed out')
    assert.equal(await focused(page), 'Sign in')
    assert.deepEqual(await violationsOf(page), [])
    const there = page.getByRole('link', { name: 'Sign out there' })
    assert.equal(new URL((await there.getAttribute('href'))!).origin, served.issuer)
    await page.goBack()
    await page.locator('nav [aria-current]').filter({ hasText: 'Borders' }).waitFor()
    assert.doesNotMatch(await page.locator('body').innerText(), /transit|Vera/)
    await kept.evaluate('void setTimeout(() => history.back())')
    await says(kept, 'Your session has ended')
    const { persisted, text } = await kept.evaluate<{ persisted: boolean; text: string }>('window.atOnce')
    assert.ok(persisted)
    assert.doesNotMatch(text, /transit|Vera/)
  })

  test('in two tabs begins in both and lands in both; what ends or begins in one shows in the other', async (t) => {
    const context = await newProfile(t)
    const [one, two] = [await open(context), await open(context, '/#/events')]
    await begin(one)
    await one.getByPlaceholder('Enter any login').waitFor()
    await begin(two)
    await two.getByPlaceholder('Enter any login').waitFor()
    await typeIn(one, 'vera')
    await isShown(one)
    await typeIn(two, 'vera')
    await two.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
    await one.bringToFront()
    await one.getByRole('button', { name: 'sign out' }).click()
    await says(one, 'You are signed out')
    await two.bringToFront()
    await says(two, 'Your session has ended')
    await begin(one)
    await isShown(one)
    await two.locator('.who').filter({ hasText: 'Vera Rubin' }).waitFor()
    assert.equal(await two.evaluate('document.activeElement.id'), 'content')
  })

  test('without a role is told what is missing, and signs in as somebody else', async (t) => {
    const page = await open(await newProfile(t))
    await begin(page)
    await typeIn(page, 'eve')
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor()
    assert.match(await main(page), /<subject eve> has no role here: operators\.roles in vagus\.yaml/)
    assert.deepEqual(await violationsOf(page), [])
    await page.getByRole('link', { name: 'Sign in as somebody else' }).click()
    await typeIn(page, 'ada')
    await isShown(page)
    assert.equal(page.url(), served.url + view)
    // whose role allows it is offered what the viewer was not, and hears why it did not come about
    await page.getByRole('button', { name: 'approve it for one hour' }).click()
    await says(page, 'has no agent')
    assert.equal(await focused(page), 'approve it for one hour')
  })
})
