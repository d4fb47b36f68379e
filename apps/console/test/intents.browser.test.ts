/** Intents in Chromium, on a fixture: the table, the record of one, the line on the overview, and when there are none. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { resize, settled, violationsOf } from './browser.ts'
import { pagesWith } from './with-fixture.ts'

describe('intents', { skip: needs('chromium') }, () => {
  const withIntents = pagesWith('intents')
  const rowOf = (page: Page, name: string) =>
    page.locator('tbody').filter({ has: page.getByRole('button', { name, exact: true }) })
  const inNavigation = (page: Page) =>
    page.getByRole('navigation', { name: 'Pages' }).getByText('Intents', { exact: true })

  test('are not in the navigation of a controller that obeys nobody’s', async () => {
    await withIntents('not configured', '#/overview', async (page) => assert.equal(await inNavigation(page).count(), 0))
    await withIntents('none', '#/overview', async (page) => {
      await inNavigation(page).click()
      await page.getByText('No intents are known yet').waitFor()
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('show state, goal and place, and open the first that is not met, with its evidence and devices', async () => {
    await withIntents('some', '#/intents', async (page) => {
      const cells = await rowOf(page, 'launch-freeze').locator('tr').first().locator('th, td').allTextContents()
      assert.deepEqual([cells[0], cells[1], cells[4]], ['launch-freeze', 'active', 'border transit'])
      const record = rowOf(page, 'keep-dns').locator('.line-record')
      const text = await record.textContent()
      assert.match(text!, /192\.0\.2\.0\/24 enters over transit-2, 3\.2\sMbit\/s, where it must not/)
      assert.match(text!, /pe-2 degraded for .*a MED drives it away/)
      await page.getByText('not yet: pe-2').waitFor()
      await rowOf(page, 'nights').getByRole('button').click()
      await rowOf(page, 'nights').getByText('it begins at 2026-12-04T22:00:00Z').waitFor()
      assert.equal(await page.locator('.line-record').count(), 1)
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('that are not met stand on the overview, with a way to their record', async () => {
    await withIntents('some', '#/overview', async (page) => {
      const line = page.getByRole('region', { name: 'Intents that are not met' })
      await line.getByText('keep-dns is degraded').waitFor()
      await line.getByRole('link').click()
      await page.locator('.line-record').getByText('its servers answer from there').waitFor()
    })
  })

  test('fit a narrow screen, with all of their columns', async () => {
    await withIntents('some', '#/intents', async (page, server) => {
      await resize(page, 400)
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
      assert.equal(wide, false)
      await rowOf(page, 'launch-freeze').getByText('nothing new: no MED').waitFor()
      assert.deepEqual(await violationsOf(page), [])
      // with lines there is one page more in the navigation than has place in a row
      server.fixture.lines = 'some'
      await page.reload()
      await settled(page)
      assert.equal(await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth'), false)
    })
  })
})
