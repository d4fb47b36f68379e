/** Private lines in Chromium, on a fixture: the table, the record of one, and when there are none. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { resize, violationsOf } from './browser.ts'
import { pagesWith } from './with-fixture.ts'

describe('private lines', { skip: needs('chromium') }, () => {
  const withLines = pagesWith('lines')
  const rowOf = (page: Page, id: string) =>
    page.locator('tbody').filter({ has: page.getByRole('button', { name: id, exact: true }) })

  test('are not in the navigation of a controller that lays none', async () => {
    const inNavigation = (page: Page) =>
      page.getByRole('navigation', { name: 'Pages' }).getByText('Lines', { exact: true })
    await withLines('not configured', '#/overview', async (page) => assert.equal(await inNavigation(page).count(), 0))
    await withLines('none', '#/overview', async (page) => {
      await inNavigation(page).click()
      await page.getByText('No private line was ordered').waitFor()
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('show rate, state and what is delivered, and the record of the first that is there', async () => {
    await withLines('some', '#/lines', async (page) => {
      const cells = await rowOf(page, 'line-7').locator('tr').first().locator('th, td').allTextContents()
      assert.deepEqual(cells.slice(0, 4), ['line-7', 'dc-east – dc-west', 'active', '20\u202fMb/s'])
      assert.deepEqual(cells.slice(7, 9), ['writer', 'edge-1 – core-1 – edge-2'])
      const record = rowOf(page, 'line-7').locator('.line-record')
      await record.locator('canvas').waitFor()
      const facts = await record.locator('.line-facts').textContent()
      assert.match(facts!, /bywriter, did:key:z6MkWriter/)
      assert.match(facts!, /over edge-1-core-1, core-1-edge-2.*number7.*set up in212\u202fms.*p50 0\.12\u202fms/)
      assert.match(facts!, /3 of 1,200 \(0\.3\u202f%\)/)
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('that are not used say so, in the row and in the record', async () => {
    await withLines('some', '#/lines?line=line-6', async (page) => {
      assert.equal(await rowOf(page, 'line-6').locator('.state-word').textContent(), 'NOT USED')
      await rowOf(page, 'line-6').getByText('an end sends past it, as best effort').waitFor()
      await page.getByRole('button', { name: 'line-6', exact: true }).click()
      assert.equal(await page.locator('.line-record').count(), 0)
    })
  })

  test('tell their events in the record', async () => {
    await withLines('some', '#/lines', async (page, server) => {
      const fields = {
        line: 'line-7',
        path: 'edge-1 – core-2 – edge-2',
        milliseconds: 240,
        because: 'edge-1-core-1 is down',
      }
      const [id, at] = [90_001, new Date().toISOString()]
      server.send({ id, at, event: 'line.moved', severity: 'info', subject: 'line-7', fields })
      await page
        .getByRole('region', { name: 'Events of line-7' })
        .getByText('goes over edge-1 – core-2 – edge-2')
        .waitFor()
    })
  })

  test('fit a narrow screen, with all of their columns', async () => {
    await withLines('some', '#/lines', async (page) => {
      await resize(page, 400)
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
      assert.equal(wide, false)
      await rowOf(page, 'line-7').getByText('round trip p99').waitFor()
      assert.deepEqual(await violationsOf(page), [])
    })
  })
})
