/** The Traffic page: its course over time, by the dimension that is chosen. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { launch, resize, settled, violationsOf } from './browser.ts'
import { withFixture } from './with-fixture.ts'

describe('traffic over time on the page', { skip: needs('chromium') }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(async () => browser.close())

  test('stacks the largest keys and all others, and has their figures in a table', async () => {
    await withFixture(browser, { width: 1440, theme: 'light' }, '#/traffic?last=24h', async (page) => {
      await settled(page)
      const panel = page.locator('section[aria-label="Traffic over time"]')
      const names = panel.locator('table.summary tbody th')
      const largest = ['https', 'backup', 'agents', 'dns', 'video conferences of the factory', 'ntp']
      assert.deepEqual(await names.allTextContents(), [...largest, 'others', 'all'])
      assert.equal(await panel.locator('.key').count(), 7)
      assert.match((await panel.getByRole('img').getAttribute('aria-label')) ?? '', /by application/)
      const rates = panel.locator('table.summary tbody tr')
      const mean = async (at: number): Promise<number> =>
        parseFloat((await rates.nth(at).locator('td').nth(1).textContent()) ?? '')
      const sum = (await Promise.all(Array.from({ length: 7 }, (_, at) => mean(at)))).reduce((a, b) => a + b)
      assert.ok(Math.abs(sum - (await mean(7))) < 2, `${sum} Mb/s in parts, ${await mean(7)} in all`)
      // a third of the window was before the controller began
      assert.match((await panel.locator('.about').textContent()) ?? '', /last 16h.*98.1/)
    })
  })

  test('is divided by what is chosen with the keyboard, and the address says so', async () => {
    await withFixture(browser, { width: 1440, theme: 'dark' }, '#/traffic', async (page) => {
      const panel = page.locator('section[aria-label="Traffic over time"]')
      await panel.locator('table.summary').waitFor()
      await panel.getByRole('combobox', { name: 'by' }).focus()
      await page.keyboard.press('ArrowDown')
      await page.waitForURL(/series=srcSite/)
      await panel.getByRole('columnheader', { name: 'source site' }).waitFor()
      // nothing flows besides these: no line of others
      assert.equal(await panel.getByRole('rowheader', { name: 'others' }).count(), 0)
      assert.equal(await panel.locator('.key').count(), 6)
    })
  })

  test('fits a narrow screen, with fewer figures', async () => {
    await withFixture(browser, { width: 400, theme: 'light' }, '#/traffic?last=24h', async (page) => {
      const panel = page.locator('section[aria-label="Traffic over time"]')
      await panel.locator('table.summary').waitFor()
      await resize(page, 400)
      assert.deepEqual(await panel.locator('thead th').allTextContents(), ['application', 'mean', 'max', 'last'])
      const table = panel.locator('table.summary')
      assert.ok(await table.evaluate((each) => each.scrollWidth <= each.parentElement!.clientWidth))
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('says where nothing flows how that is mended', async () => {
    await withFixture(
      browser,
      { width: 1440, theme: 'light' },
      '#/traffic',
      async (page) => {
        const panel = page.locator('section[aria-label="Traffic over time"]')
        await panel.getByText('vagus lab up').waitFor()
        assert.equal(await panel.locator('canvas').count(), 0)
      },
      ({ fixture }) => (fixture.scene = 'empty'),
    )
  })
})
