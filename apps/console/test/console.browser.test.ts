/** The page in Chromium, on a fixture: its looks, its keys, and the states that a real network seldom is in. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { ensureConsole } from '../src/build.ts'
import type { Look } from './browser.ts'
import { launch, openPage, resize, settled, violationsOf } from './browser.ts'
import { FixtureServer } from './fixture-server.ts'

const maxScriptOctets = 80_000
const titles = ['Overview', 'Traffic', 'Links', 'Borders', 'Devices', 'Agents', 'Events'] as const

test('the scripts of the page take at most 80 kB gzip', async () => {
  const dist = await ensureConsole()
  const octets = globSync(`${dist}/assets/*.js`).reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
  assert.ok(octets > 0 && octets <= maxScriptOctets, `${octets} octets`)
})

test('a built page is not built again', async () => {
  const dist = await ensureConsole()
  const [first] = globSync(`${dist}/assets/*.js`)
  const inode = (file: string): string => readFileSync(file, 'utf8').slice(-200)
  const before = inode(first!)
  await ensureConsole()
  assert.deepEqual(globSync(`${dist}/assets/*.js`), [first])
  assert.equal(inode(first!), before)
})

describe('the page', { skip: needs('chromium') }, () => {
  let browser: Browser
  let server: FixtureServer
  let origin: string
  before(async () => {
    browser = await launch()
  })
  after(async () => {
    await browser.close()
  })

  async function withPage(
    look: Look,
    hash: string,
    run: (page: Page, complaints: string[]) => Promise<void>,
    prepare: (server: FixtureServer) => void = () => undefined,
  ): Promise<void> {
    server = new FixtureServer(await ensureConsole())
    server.fixture.add('controller.started', 'info', 'controller', { version: '0.1.0', devices: 6 })
    server.fixture.add('link.congested', 'warning', 'transit-1', { link: 'transit-1', percent: 93 })
    prepare(server)
    origin = await server.listen()
    const { page, complaints } = await openPage(browser, `${origin}/${hash}`, look)
    try {
      await run(page, complaints)
    } finally {
      await page.context().close()
      await server.close()
    }
  }
  const wide = { width: 1600, theme: 'light' } as const
  for (const theme of ['light', 'dark'] as const)
    test(`${theme}: every page keeps the policy, satisfies axe, and nothing is cut off at any width`, async () => {
      await withPage(
        { width: 1600, theme },
        '#/overview',
        async (page, complaints) => {
          for (const name of titles) {
            await page.getByRole('link', { name, exact: true }).click()
            await page.getByRole('heading', { level: 1, name }).waitFor()
            await settled(page)
            // what is folded is looked at unfolded, too
            const fold = page.locator('.fold[aria-expanded="false"], details:not([open]) > summary').first()
            if ((await fold.count()) > 0) await fold.click()
            for (const width of [1600, 1440, 1024, 400]) {
              await resize(page, width)
              assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, name)
              if (width === 1600 || width === 400) assert.deepEqual(await violationsOf(page), [], `${name} ${width}`)
            }
            await resize(page, 1600)
          }
          assert.deepEqual(complaints, [])
        },
        ({ fixture }) => {
          fixture.agents = 'with sessions'
          fixture.borders = 'with proposals'
          for (const port of [4001, 4002])
            fixture.add('exporter.seen', 'info', 'pe-1', {
              device: 'pe-1',
              protocol: 'ipfix',
              address: '10.255.0.1',
              port,
            })
        },
      )
    })

  test('an event that happens shows at once, newest first', async () => {
    await withPage(wide, '#/events', async (page) => {
      await page.getByText('Link transit-1 carries 93 %').waitFor()
      server.send(server.fixture.add('exporter.silent', 'error', 'pe-3', { device: 'pe-3', seconds: 31 }))
      await page.getByText('pe-3 has exported nothing for 31 s').waitFor()
      assert.match((await page.locator('.events > ol > li').first().textContent()) ?? '', /pe-3/)
      const lines = await page.locator('.events > ol > li').count()
      for (const port of [4001, 4002, 4003]) {
        const fields = { device: 'pe-2', protocol: 'ipfix', address: '10.255.0.2', port }
        server.send(server.fixture.add('exporter.seen', 'info', 'pe-2', fields))
      }
      await page.getByText('pe-2 exports ipfix (3 streams)').click()
      assert.equal(await page.locator('.events > ol > li').count(), lines + 1)
      assert.equal(await page.locator('.events details li').filter({ visible: true }).count(), 3)
    })
  })

  test('the map shows what links carry now, the table of links also what they carried on average', async () => {
    await withPage(
      wide,
      '#/overview',
      async (page) => {
        const badges = page.locator('.badge').filter({ hasText: '100\u202f%' })
        await badges.first().waitFor()
        assert.equal(await badges.count(), 1)
        await page.getByRole('link', { name: 'Links', exact: true }).click()
        const cells = page
          .locator('tr')
          .filter({ has: page.getByRole('link', { name: 'pe-3-field' }) })
          .locator('td')
        await cells.first().waitFor()
        const [, , now, , , mean] = await cells.allTextContents()
        assert.equal(now, '100\u202f%')
        assert.match(mean ?? '', /^[78]\.\d\u202f%$/)
      },
      ({ fixture }) => (fixture.surge = 'pe-3-field'),
    )
  })

  test('a broken stream is taken up again after the last event, and nothing is lost', async () => {
    await withPage(wide, '#/events', async (page) => {
      await page.getByText('2 of 2 · live').waitFor()
      server.cutStreams()
      server.fixture.add('link.down', 'error', 'office', { link: 'pe-1-office', device: 'pe-1', interface: 'eth3' })
      await page.getByText('Link pe-1-office is down').waitFor()
      assert.equal(await page.locator('.events > ol > li').count(), 3)
      assert.equal(server.resumedFrom[0], '2')
    })
  })

  test('the map is one tab stop with arrow keys in it, has a table as its twin, and is a list where it is narrow', async () => {
    await withPage(wide, '#/overview', async (page) => {
      await page.locator('.map-link').first().waitFor()
      assert.equal(await page.locator('.map-item[tabindex="0"]').count(), 1)
      await page.locator('.map-item[tabindex="0"]').focus()
      for (let step = 0; step < 9; step++) await page.keyboard.press('ArrowRight')
      assert.equal(await page.evaluate("document.activeElement.dataset['item']"), 'link transit-1')
      assert.equal(await page.evaluate("document.activeElement.querySelector('.halo-line').checkVisibility()"), true)
      const halo = "getComputedStyle(document.activeElement.querySelector('.halo-line')).opacity"
      assert.ok(Number(await page.evaluate(halo)) > 0.4)
      assert.match((await page.locator('.map-details').textContent()) ?? '', /transit-1.*50\u202fMb\/s.*counters/)
      await page.keyboard.press('Enter')
      await page.waitForURL(/link=transit-1/)
      for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowRight')
      assert.match(
        await page.evaluate<string>("document.activeElement.getAttribute('aria-label')"),
        /^Edge router pe-1/,
      )
      await page.keyboard.press('Tab')
      assert.equal(await page.evaluate("document.activeElement.closest('svg.map')"), null)
      // the map has a twin: a table with every link
      const links = await page.locator('.map-link').count()
      await page.getByRole('button', { name: 'table' }).click()
      await page.waitForURL(/map=table/)
      assert.equal(await page.locator('section[aria-label="Network"] tbody tr').count(), links)
      await page.getByRole('button', { name: 'map', exact: true }).click()
      // and on a narrow screen it is a list: what is down, then the busiest
      await resize(page, 400)
      assert.equal(await page.locator('svg.map').count(), 0)
      const rows = await page.locator('section[aria-label="Network"] tbody tr').allTextContents()
      assert.match(rows[0]!, /pe-3-p-2.*down/)
      assert.match(rows[1]!, /transit-1/)
    })
  })

  test('keys go to pages, open the help, focus the filter and pause; the theme that is chosen stays', async () => {
    await withPage(wide, '#/overview', async (page) => {
      await settled(page)
      await page.keyboard.press('g')
      await page.keyboard.press('e')
      await page.waitForURL(/#\/events/)
      await page.keyboard.press('/')
      await page.keyboard.type('transit g o p ?')
      await page.waitForURL(/filter=transit/)
      assert.match(page.url(), /#\/events/)
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await page.keyboard.press('p')
      await page.getByRole('status').filter({ hasText: 'paused' }).waitFor()
      await page.keyboard.press('p')
      await page.getByRole('status').filter({ hasText: 'live' }).waitFor()
      // the theme that is chosen stays
      await page.getByRole('button', { name: 'dark' }).click()
      await page.reload()
      await settled(page)
      assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(14, 17, 22)')
    })
  })

  test('a deep link shows the view that it names', async () => {
    await withPage(wide, '#/traffic?last=15m&by=srcSite,dstSite&between=edges&version=6', async (page) => {
      await settled(page)
      assert.equal(await page.locator('table.top thead th').first().textContent(), 'source site')
      assert.equal(await page.locator('table.matrix tbody tr').count(), 4)
      assert.match(
        (await page.locator('section[aria-label="Top flows"] .about').textContent()) ?? '',
        /15m.*98.1\u202f%/,
      )
    })
  })

  test('pairs that are estimated are marked, and links that are likely to fill, in both themes without a violation', async () => {
    await withPage(wide, '#/traffic', async (page) => {
      await settled(page)
      const panel = page.locator('section[aria-label="Traffic matrix"]')
      assert.equal(await panel.locator('td.estimate').count(), 5)
      assert.match((await panel.locator('td.estimate').first().textContent()) ?? '', /^~/)
      assert.match((await panel.textContent()) ?? '', /flows of pe-2 are missing.* 8\.1.%/)
      await page.goto(page.url().replace(/#.*/, '#/links?link=transit-1'))
      await settled(page)
      const row = page.locator('section[aria-label="Links"] tbody tr', { hasText: 'transit-1' })
      assert.equal(await row.locator('td.likely').textContent(), '0.75')
      await page.getByText(/^Likely over 80\s% by .*: chance 0\.75 pe-1 → transit, 0\.15 transit → pe-1\.$/).waitFor()
      assert.deepEqual(await violationsOf(page), [])
      await page.emulateMedia({ colorScheme: 'dark' })
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('an empty network says which command fills each panel, in both themes without a violation', async () => {
    await withPage(
      { width: 1440, theme: 'light' },
      '#/overview',
      async (page, complaints) => {
        await settled(page)
        for (const panel of ['Network', 'Link load', 'Top flows', 'Traffic matrix', 'IPv6 share'])
          assert.match(
            (await page.locator(`section[aria-label="${panel}"]`).textContent()) ?? '',
            /vagus lab up/,
            panel,
          )
        assert.deepEqual(await violationsOf(page), [])
        await page.emulateMedia({ colorScheme: 'dark' })
        assert.deepEqual(await violationsOf(page), [])
        assert.deepEqual(complaints, [])
      },
      ({ fixture }) => (fixture.scene = 'empty'),
    )
  })

  test('a link that is unlike its own past says so under its load, and who it is', async () => {
    await withPage(wide, '#/links', async (page) => {
      const note = page.locator('section[aria-label="Link load"]').getByText(/^Unusual since/)
      const said =
        /transit → pe-1 32\.0\sMb\/s instead of 9\.00\sMb\/s; 198\.51\.100\.7 → 10\.1\.0\.9 \(93 % of it\) \(u-3\)/
      assert.match((await note.textContent()) ?? '', said)
    })
  })

  test('the graph of a link bears the names of the link that it is of, also until another one has come', async () => {
    await withPage(wide, '#/links', async (page) => {
      const panel = page.locator('section[aria-label="Link load"]')
      await panel.getByText('pe-1 → transit').first().waitFor()
      server.held.add('/v1/links/pe-3-field/load')
      await page.getByRole('combobox', { name: 'Link' }).selectOption('pe-3-field')
      await page.waitForURL(/link=pe-3-field/)
      await panel.locator('.previous').waitFor()
      assert.equal(await panel.getByText('pe-3 → field').count(), 0)
      assert.equal(await panel.getByText('pe-1 → transit', { exact: true }).count(), 2)
      server.answerHeld()
      await panel.locator('.previous').waitFor({ state: 'detached' })
      assert.equal(await panel.getByText('pe-3 → field', { exact: true }).count(), 2)
      // what does not come is not replaced by another link's figures
      server.refused.add('/v1/links/transit-2/load')
      await page.getByRole('combobox', { name: 'Link' }).selectOption('transit-2')
      await panel.getByText('the store replays its log').waitFor()
      assert.equal(await panel.locator('.chart').count(), 0)
    })
  })

  test('a panel whose request is refused says why, and the others go on', async () => {
    await withPage(
      wide,
      '#/overview',
      async (page) => {
        await page.getByText(/^The store replays its log\. It is asked again/).waitFor()
        await page.locator('.map-link').first().waitFor()
        assert.equal(await page.getByRole('status').filter({ hasText: 'live' }).count(), 1)
      },
      ({ refused }) => refused.add('/v1/matrix'),
    )
  })

  test('a filter that nothing matches says so, holds for all of a page, and is taken back with one press', async () => {
    await withPage(
      wide,
      '#/devices?filter=pe-2',
      async (page, complaints) => {
        await settled(page)
        const measured = page.locator('section[aria-label="Links as agents measure them"] tbody')
        await measured.first().waitFor()
        assert.deepEqual(await measured.locator('th').allTextContents(), ['pe-2 eth1', 'pe-2 eth2'])
        const parked = page.getByRole('columnheader', { name: 'parked' })
        assert.match((await parked.getAttribute('title')) ?? '', /wait for their template/)
        assert.equal(await page.getByRole('combobox', { name: 'Device' }).inputValue(), 'pe-2')
        await page.getByRole('searchbox').fill('nowhere')
        for (const what of ['device', 'link', 'exporter'])
          await page.getByText(`No ${what} matches “nowhere”`).waitFor()
        assert.equal(await page.getByRole('table').count(), 0)
        assert.deepEqual(await violationsOf(page), [])
        await page.getByRole('button', { name: 'show all' }).first().click()
        await page.locator('section[aria-label="Devices"] tbody').nth(5).waitFor()
        for (const [name, words] of [
          ['Links', ['link']],
          ['Agents', ['agent', 'session']],
        ] as const) {
          await page.getByRole('link', { name, exact: true }).click()
          await page.getByRole('searchbox').fill('nowhere')
          for (const word of words) await page.getByText(`No ${word} matches`).waitFor()
        }
        assert.deepEqual(complaints, [])
      },
      ({ fixture }) => (fixture.agents = 'with sessions'),
    )
  })

  test('faults of the data are shown in whole, and how many more there are', async () => {
    await withPage(
      wide,
      '#/devices',
      async (page) => {
        const panel = page.locator('section[aria-label="Data quality"]')
        await panel.getByRole('button', { name: '19 more' }).waitFor()
        assert.equal(await panel.locator('li').count(), 5)
        await panel.getByRole('button', { name: '19 more' }).click()
        assert.equal(await panel.locator('li').count(), 24)
        assert.deepEqual(await violationsOf(page), [])
        await panel.getByRole('button', { name: 'fewer' }).click()
        await resize(page, 400)
        await panel.getByRole('button', { name: '21 more' }).waitFor()
        // nothing of it scrolls inside
        assert.ok(await panel.evaluate((each) => each.scrollHeight <= each.clientHeight))
      },
      ({ fixture }) => (fixture.faults = 22),
    )
  })

  test('which link is congested shows on a narrow screen, and what does not fit beside it stands below', async () => {
    await withPage({ width: 400, theme: 'dark' }, '#/devices', async (page) => {
      const rows = page.locator('section[aria-label="Links as agents measure them"] tbody')
      await rows.nth(3).waitFor()
      const full = rows.filter({ hasText: 'pe-1 eth2' })
      assert.equal(await full.locator('.congested').textContent(), 'inwards')
      const below = (await full.locator('.below').textContent()) ?? ''
      assert.match(below, /link pe-1-transit.*capacity 30\u202fMb\/s.*delay 0.18\u202fms.*measured \d+\u202fs ago/)
      const table = page.getByRole('region', { name: 'Links as measured' })
      assert.ok(await table.evaluate((each) => each.scrollWidth <= each.clientWidth))
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('a link that is not there is named, and the busiest shown in its place', async () => {
    await withPage(wide, '#/links?link=nope', async (page) => {
      const panel = page.locator('section[aria-label="Link load"]')
      await panel.getByText('There is no link “nope”: this is the busiest one.').waitFor()
      await panel.getByText('pe-1 → transit').first().waitFor()
      await page.getByRole('combobox', { name: 'Link' }).selectOption('pe-3-field')
      await panel.getByText('There is no link').waitFor({ state: 'detached' })
    })
  })
})
