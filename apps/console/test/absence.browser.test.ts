/** The page in Chromium before the controller has answered, while it is away, and when it is back. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { launch, settled, violationsOf } from './browser.ts'
import { withFixture } from './with-fixture.ts'

const wide = { width: 1600, theme: 'light' } as const

describe('the page without answers', { skip: needs('chromium') }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(async () => {
    await browser.close()
  })

  test('when the controller goes away the last figures stay, marked stale with their age', async () => {
    await withFixture(browser, { width: 1440, theme: 'light' }, '#/overview', async (page, server) => {
      await settled(page)
      await server.close()
      await page.locator('.live.stale').waitFor()
      await page.getByText('The controller cannot be reached').first().waitFor()
      await page
        .getByText(/last one [1-9]\d*\u202fs ago/)
        .first()
        .waitFor() // at once it was 0 s ago
      assert.equal(await page.locator('.map-link').count(), 17)
      assert.match((await page.locator('.banner').textContent()) ?? '', /all figures are of then, .* old/)
      // nothing that is old speaks of now, or looks like it
      const text = (await page.locator('main').textContent()) ?? ''
      assert.doesNotMatch(text, /\bnow\b/)
      assert.match(text, /busiest link then/)
      const filter = await page.evaluate<string>("getComputedStyle(document.querySelector('.kpi')).filter")
      assert.match(filter, /gray/)
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('until the state of the controller is known nothing is called live, or unknown', async () => {
    await withFixture(
      browser,
      wide,
      '#/overview',
      async (page, server) => {
        await page.locator('.kpi').filter({ hasText: 'IPv6 share' }).locator('.value').waitFor()
        await page.locator('.live.connecting').waitFor()
        const devices = page.locator('.kpi').filter({ hasText: 'devices exporting' })
        assert.equal(await devices.locator('.skeleton').count(), 1)
        assert.doesNotMatch((await devices.textContent()) ?? '', /–/)
        const heightOf = (): Promise<number> => page.locator('.kpis').evaluate((each) => each.clientHeight)
        const before = await heightOf()
        server.answerHeld()
        await page.locator('.live.live').waitFor()
        await devices.getByText('5 / 6').waitFor()
        assert.equal(await heightOf(), before)
      },
      ({ held }) => held.add('/v1/status'),
    )
  })

  test('a figure whose request is refused is unknown, and does not load for ever', async () => {
    await withFixture(
      browser,
      wide,
      '#/overview',
      async (page) => {
        const figure = (label: string) => page.locator('.kpi').filter({ hasText: label })
        for (const label of ['traffic', 'coverage', 'IPv6 share'])
          await figure(label).getByText('no answer').and(page.getByTitle('the store replays its log')).waitFor()
        await settled(page)
        assert.equal(await figure('traffic').locator('.value').textContent(), '–')
        assert.equal(await figure('devices exporting').locator('.value').textContent(), '5 / 6')
      },
      ({ refused }) => ['/v1/flows/top', '/v1/traffic/ipv6-share'].forEach((path) => refused.add(path)),
    )
  })

  test('who is not signed in is asked to, and shown nothing; signed in elsewhere, everything comes by itself', async () => {
    await withFixture(
      browser,
      wide,
      '#/overview',
      async (page, server) => {
        await page.getByRole('alert').filter({ hasText: 'You are not signed in' }).waitFor()
        assert.equal(await page.getByRole('status').first().textContent(), 'signed out')
        const dot = "getComputedStyle(document.querySelector('.live i')).backgroundColor"
        const grey = await page.evaluate<string>(dot)
        assert.equal(await page.locator('main .card:not(.sign-in), main .kpi').count(), 0)
        assert.deepEqual(await violationsOf(page), [])
        server.signedOut = false
        await page.getByText('live', { exact: true }).waitFor()
        await page.locator('.map-link').first().waitFor()
        assert.notEqual(await page.evaluate<string>(dot), grey)
        server.signedOut = true
        await page.getByRole('alert').filter({ hasText: 'Your session has ended' }).waitFor()
        assert.equal(await page.locator('main .card:not(.sign-in), main .kpi').count(), 0)
      },
      (server) => (server.signedOut = true),
    )
  })

  test('nothing jumps while a page loads that was seen before', async () => {
    const shifts = `new Promise((done) => {
      let sum = 0
      const moved = []
      const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ')
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
          if (hadRecentInput) continue
          sum += value
          for (const { node, previousRect, currentRect } of sources)
            moved.push((node?.className || node?.nodeName) + ' ' + place(previousRect) + ' -> ' + place(currentRect))
        }
      }).observe({ type: 'layout-shift', buffered: true })
      setTimeout(() => done({ sum, moved }), 1500)
    })`
    for (const width of [1440, 400])
      await withFixture(
        browser,
        { width, theme: 'light' },
        '#/overview',
        async (page) => {
          await settled(page)
          await page.locator('.quality li').first().waitFor()
          await page.reload()
          await settled(page)
          const { sum, moved } = await page.evaluate<{ sum: number; moved: string[] }>(shifts)
          assert.ok(sum < 0.05, `${width}: ${sum}\n${moved.join('\n')}`)
        },
        ({ fixture }) => {
          fixture.faults = 22
          fixture.borders = 'with proposals'
        },
      )
  })

  test('while the controller is away only its state is asked for, and with it everything comes back', async () => {
    await withFixture(browser, wide, '#/links', async (page, server) => {
      await settled(page)
      server.away = true
      server.cutStreams()
      await page.locator('.live.stale').waitFor()
      // a page that was not seen before, and back to one that was
      await page.getByRole('link', { name: 'Traffic', exact: true }).click()
      const matrix = page.locator('section[aria-label="Traffic matrix"]')
      await matrix.getByText('was not looked at before the controller went away').waitFor()
      server.asked.clear()
      await page.waitForTimeout(6000)
      assert.deepEqual(
        [...server.asked.keys()].filter((path) => path !== '/v1/events'),
        ['/v1/status'],
      )
      assert.ok(server.asked.get('/v1/status')! < 3)
      server.held.add('/v1/links')
      server.away = false
      await matrix.locator('table.matrix').waitFor()
      await page.locator('.live.live').waitFor()
      await page.getByRole('link', { name: 'Links', exact: true }).click()
      await page.locator('section[aria-label="Links"] tbody tr').first().waitFor()
      // the links themselves are not answered yet: what they were stays, without the failure of long ago
      assert.equal(await page.getByText('Not renewed').count(), 0)
      server.answerHeld()
    })
  })
})
