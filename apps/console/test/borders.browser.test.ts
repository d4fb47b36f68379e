/** Borders and proposals in Chromium, on a fixture: their page, and the line of an open proposal on the overview. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { resize, violationsOf } from './browser.ts'
import { pagesWith } from './with-fixture.ts'

describe('borders and proposals', { skip: needs('chromium') }, () => {
  const withBorders = pagesWith('borders')
  const panel = (page: Page, name: string) => page.locator(`section[aria-label="${name}"]`)
  const rowOf = (page: Page, id: string) =>
    panel(page, 'Proposals')
      .locator('tbody')
      .filter({ has: page.getByRole('button', { name: id, exact: true }) })

  test('the overview is silent while nothing is open, and then has one line that leads to the record', async () => {
    await withBorders('calm', '#/overview', async (page, { fixture }) => {
      await page.locator('.map-link').first().waitFor()
      assert.equal(await panel(page, 'Open proposals').count(), 0)
      fixture.borders = 'with proposals'
      await panel(page, 'Open proposals').getByText('likely full within 5m').waitFor()
      assert.equal(
        await panel(page, 'Open proposals').textContent(),
        'transit-1 is at 93\u202f%, likely full within 5m: 10.16.0.0/16 could enter over transit-2 → proposal transit-7',
      )
      assert.deepEqual(await violationsOf(page), [])
      await page.getByRole('link', { name: 'proposal transit-7' }).click()
      await page.waitForURL(/#\/borders\?proposal=transit-7/)
      await rowOf(page, 'transit-7').locator('.record').waitFor()
    })
  })

  test('each link shows load, threshold and upper bound, and the prefixes stand by link', async () => {
    await withBorders('with proposals', '#/borders', async (page) => {
      const border = panel(page, 'Border to transit')
      const links = border.getByRole('region', { name: 'Links to transit' })
      const cells = await links.locator('tbody').first().locator('th, td').allTextContents()
      assert.deepEqual(cells, [
        'transit-1',
        '',
        '93.0\u202f%',
        '46.5\u202fMb/s',
        '76.0\u202f%',
        'learned',
        '51.2\u202fMb/s',
        '50\u202fMb/s',
      ])
      assert.equal(await links.locator('.congested').count(), 1)
      assert.equal(await links.locator('tbody').nth(2).getByText('usual').count(), 1)
      const bar = links.locator('.limit-bar').first()
      assert.equal(await bar.locator('b').getAttribute('style'), 'left: 76%;')
      const prefixes = border.getByRole('region', { name: 'Prefixes from transit' }).locator('tbody')
      assert.equal(await prefixes.count(), 6)
      assert.match((await prefixes.last().textContent()) ?? '', /2001:db8:4016::\/48.*transit-3steered/)
      await border.getByRole('button', { name: '5 more' }).click()
      assert.equal(await prefixes.count(), 11)
      await panel(page, 'Border to exchange-of-the-city-of-the-north')
        .getByText('Nothing can be proposed at present: the load of ix-2 is not known')
        .waitFor()
    })
  })

  test('what is open stands first with its record, which says why, what else, and how', async () => {
    await withBorders('with proposals', '#/borders', async (page) => {
      const names = panel(page, 'Proposals').locator('.fold')
      const ids = ['transit-7', 'transit-8', 'transit-6', 'transit-5', 'transit-4']
      assert.deepEqual(await names.allTextContents(), ids)
      const record = rowOf(page, 'transit-7').locator('.record')
      assert.deepEqual(await record.locator('h3').allTextContents(), [
        'Why',
        'Moves',
        'Considered and rejected',
        'Expected',
        'To do it',
      ])
      const text = (await record.textContent()) ?? ''
      assert.match(
        text,
        /transit-1 carried 46.5\u202fMb\/s, 93.0\u202f% .* its threshold of 38.0\u202fMb\/s \(learned\)/,
      )
      assert.match(text, /transit-1 → transit-3: would fill transit-3 to 86\u202f%/)
      const expected = await record.locator('table').first().locator('tbody tr').first().locator('td').allTextContents()
      assert.deepEqual(expected, ['93.0\u202f%', '', '69.4\u202f%', ''])
      await record.getByRole('button', { name: 'Copy: vagus proposal approve transit-7 --dry-run' }).waitFor()
      await record.getByRole('button', { name: 'Copy: vagus proposal approve transit-7 --for 1h' }).waitFor()
      // closed, it stays closed
      await names.first().press('Enter')
      await page.waitForURL(/proposal=none/)
      assert.equal(await page.locator('.record').count(), 0)
    })
  })

  test('a measured one tells what happened beside the other choice, and the address names it', async () => {
    await withBorders('with proposals', '#/borders', async (page) => {
      await rowOf(page, 'transit-6').getByRole('button').first().click()
      await page.waitForURL(/proposal=transit-6/)
      assert.equal(await page.locator('.record').count(), 1)
      const record = rowOf(page, 'transit-6').locator('.record')
      const rows = record.locator('table').nth(1).locator('tbody tr')
      const cells = await rows.first().locator('td').allTextContents()
      assert.deepEqual(cells, ['70.2\u202f%', '0\u202fs', '96.8\u202f%', '13m'])
      // the capacity of a link that is no more is not known
      assert.equal(await rows.last().locator('td').first().textContent(), '1.20\u202fMb/s')
      assert.match(
        (await record.textContent()) ?? '',
        /By vagus itself, within the bounds of vagus\.yaml, .* · ended .*: pe-4 has it no more/,
      )
      // what has ended cannot be undone
      assert.equal(await record.getByText('vagus proposal').count(), 0)
      const head = await record.locator('table').nth(1).locator('thead th[scope="colgroup"]').allTextContents()
      assert.deepEqual(head, ['with the moves', 'without'])
      await rowOf(page, 'transit-5').getByRole('button').first().click()
      const left = rowOf(page, 'transit-5').locator('.record thead th[scope="colgroup"]')
      assert.deepEqual(await left.allTextContents(), ['without the moves', 'with'])
      assert.equal(await rowOf(page, 'transit-5').getByText('vagus proposal').count(), 0)
    })
  })

  test('one in force says who approved it, until when, what each neighbour was and is told, and how to undo it', async () => {
    await withBorders('with proposals', '#/borders?proposal=transit-8', async (page) => {
      const record = rowOf(page, 'transit-8').locator('.record')
      await record.getByText(/^By the operator, .* · in force until /).waitFor()
      const leases = record.getByRole('table', { name: 'What was agreed for transit-8' })
      const rows = await leases.locator('tbody tr').allTextContents()
      assert.deepEqual(rows.slice(0, 2), [
        '10.16.0.0/16transit-320010.0.4.2 MED 100 → MED 2002001:db8:4::2 no MED → MED 200',
        '10.16.0.0/16transit-2none10.0.2.2 MED 1002001:db8:2::2 no MED',
      ])
      await record.getByRole('button', { name: 'Copy: vagus proposal undo transit-8' }).waitFor()
      assert.equal(await record.getByText('vagus proposal approve').count(), 0)
      assert.equal(await rowOf(page, 'transit-8').getByText('operator', { exact: true }).count(), 1)
    })
  })

  test('each border says whether the controller acts there by itself, and why or why not', async () => {
    await withBorders('with proposals', '#/borders', async (page) => {
      const said = async (neighbour: string) => panel(page, `Border to ${neighbour}`).locator('.standing').textContent()
      assert.equal(await said('transit'), 'Acts by itself: 6 proposals in a row helped or would have, 5 are needed')
      assert.match((await said('exchange-of-the-city-of-the-north')) ?? '', /^Waits for approval: 0 proposals in a row/)
    })
  })

  test('an address may name one of long ago; one that is not there is said not to be', async () => {
    await withBorders('with proposals', '#/borders?proposal=transit-2', async (page) => {
      await rowOf(page, 'transit-2').locator('.record').waitFor()
      await page.goto(page.url().replace('transit-2', 'transit-99'))
      await page.getByText('There is no proposal “transit-99”.').waitFor()
      assert.equal(await page.locator('.record').count(), 0)
      assert.equal(await panel(page, 'Proposals').locator('.fold').count(), 5)
    })
  })

  test('without borders the page says what makes one, in both themes without a violation', async () => {
    await withBorders('none', '#/borders', async (page) => {
      assert.match((await panel(page, 'Borders').textContent()) ?? '', /Two or more links to one neighbour AS/)
      assert.equal(await panel(page, 'Proposals').count(), 0)
      assert.deepEqual(await violationsOf(page), [])
      await page.emulateMedia({ colorScheme: 'dark' })
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('without proposals the page says since when none was needed', async () => {
    await withBorders('calm', '#/borders', async (page) => {
      await panel(page, 'Proposals')
        .getByText(/^Nothing to propose since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
        .waitFor()
      assert.equal(await panel(page, 'Proposals').getByText('Nothing can be').count(), 0)
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('where nothing can be proposed the page does not say that nothing was needed', async () => {
    await withBorders('troubled', '#/borders', async (page) => {
      await panel(page, 'Proposals').getByText('Nothing can be proposed', { exact: true }).waitFor()
      await panel(page, 'Border to transit').getByText('pe-1 exports no flows').waitFor()
      const links = panel(page, 'Border to transit').getByRole('region', { name: 'Links to transit' })
      assert.match((await links.locator('tbody').last().textContent()) ?? '', /^transit-3.*down/)
    })
    await withBorders(
      'calm',
      '#/borders',
      async (page) => {
        await panel(page, 'Borders').getByText('The store replays its log').waitFor()
        await panel(page, 'Proposals').getByText('Whether borders are watched is not known').waitFor()
      },
      ({ refused }) => refused.add('/v1/borders'),
    )
  })

  test('the filter holds for borders and proposals, and the key "g b" leads to them', async () => {
    await withBorders('with proposals', '#/overview', async (page) => {
      await page.keyboard.press('g')
      await page.keyboard.press('b')
      await page.waitForURL(/#\/borders/)
      await panel(page, 'Border to transit').waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('10.20.')
      await page.waitForURL(/filter=10.20/)
      await page.getByText('No proposal matches').waitFor()
      assert.equal(await page.locator('section[aria-label^="Border to"]').count(), 1)
      await page.getByRole('searchbox').fill('nowhere')
      await page.getByText('No border matches').waitFor()
    })
  })

  test('when the controller goes away the line speaks of then', async () => {
    await withBorders('with proposals', '#/overview', async (page, server) => {
      await panel(page, 'Open proposals').getByText('is at 93').waitFor()
      await server.close()
      await panel(page, 'Open proposals').getByText('was at 93').waitFor()
    })
  })

  test('at every width the tables fit, also when a record is open', async () => {
    for (const id of ['transit-6', 'transit-8'])
      await withBorders('with proposals', `#/borders?proposal=${id}`, fitsEverywhere)

    async function fitsEverywhere(page: Page): Promise<void> {
      for (const width of [1600, 1024, 400]) {
        await resize(page, width)
        for (const region of await page.locator('main [role="region"]').all())
          assert.ok(await region.evaluate((each) => each.scrollWidth <= each.clientWidth), `${width}`)
        for (const table of await page.locator('.record table').all())
          assert.ok(await table.evaluate((each) => each.scrollWidth <= each.parentElement!.clientWidth), `${width}`)
      }
      assert.deepEqual(await violationsOf(page), [])
    }
  })
})
