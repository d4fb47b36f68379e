/** The page in Chromium on networks with many routers, and with names longer than anybody expects. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { launch, settled } from './browser.ts'
import { makeLarge } from './large-fixture.ts'
import { withFixture } from './with-fixture.ts'

describe('the page of a large network', { skip: needs('chromium') }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(async () => {
    await browser.close()
  })

  test('shows 200 routers as a table that scrolls in itself, and as a map for who asks', async () => {
    await withFixture(
      browser,
      { width: 1440, theme: 'light' },
      '#/overview',
      async (page) => {
        const network = page.locator('section[aria-label="Network"]')
        await network.locator('tbody tr').nth(199).waitFor()
        await settled(page)
        const height = await page.evaluate<number>('document.documentElement.scrollHeight')
        assert.ok(height < 3000, `${height} pixels`)
        await network.getByRole('button', { name: 'map', exact: true }).click()
        await page.waitForURL(/map=map/)
        assert.equal(await network.locator('.map-link').count(), 200)
        await network.getByRole('button', { name: 'table' }).click()
        await page.waitForURL((url) => !url.hash.includes('map='))
        assert.equal(await network.locator('svg.map').count(), 0)
      },
      (server) => makeLarge(server, 200, (index) => `router-${index}`),
    )
  })
})
