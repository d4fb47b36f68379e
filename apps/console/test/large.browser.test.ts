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

  test('cuts long names with a sign, on the map inside it and in the table beside figures that stay in sight', async () => {
    const nameOf = (index: number): string => `r${index}-${'very-long-router-name.backbone.example.net-'.repeat(2)}`
    await withFixture(
      browser,
      { width: 1440, theme: 'light' },
      '#/overview',
      async (page) => {
        await page.locator('svg.map text.name').first().waitFor()
        const map = (await page.locator('svg.map').boundingBox())!
        const names = await page.locator('svg.map text.name').all()
        assert.equal(names.length, 8)
        for (const name of names) {
          assert.match((await name.textContent()) ?? '', /^r\d-very-long-.*…/)
          const { x, width } = (await name.boundingBox())!
          assert.ok(x >= map.x && x + width <= map.x + map.width, `${x} ${width}`)
        }
        assert.equal(await page.locator('.map-node title').first().textContent(), nameOf(0))
        await page.goto(page.url().replace('#/overview', '#/links'))
        const links = page.locator('section[aria-label="Links"]')
        await links.locator('tbody tr').first().waitFor()
        const table = (await links.locator('.scroll').boundingBox())!
        const now = (await links.getByRole('columnheader', { name: 'used now' }).boundingBox())!
        assert.ok(now.x + now.width <= table.x + table.width, `${now.x}`)
        assert.ok(await links.getByTitle(nameOf(3), { exact: true }).first().isVisible())
      },
      (server) => makeLarge(server, 8, nameOf),
    )
  })
})
