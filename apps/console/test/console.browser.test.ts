/** The page in Chromium, on a fixture: its looks, its keys, and the states that a real network seldom is in. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { ensureConsole } from '../src/build.ts'
import type { Look } from './browser.ts'
import { launch, openPage, violationsOf } from './browser.ts'
import { FixtureServer } from './fixture-server.ts'

const maxScriptOctets = 80_000
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

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
  const settled = async (page: Page): Promise<void> => {
    await page.locator('h1').waitFor()
    await page.locator('.card').first().waitFor()
    while ((await page.locator('.skeleton').count()) > 0)
      await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await page.evaluate('document.fonts.ready.then(() => undefined)')
  }

  for (const theme of ['light', 'dark'] as const)
    for (const width of [1600, 1440, 400])
      test(`${theme}, ${width} px wide: every page keeps the policy, satisfies axe, and nothing is cut off`, async () => {
        await withPage({ width, theme }, '#/overview', async (page, complaints) => {
          for (const name of ['Overview', 'Traffic', 'Links', 'Devices', 'Events']) {
            await page.getByRole('link', { name, exact: true }).click()
            await page.getByRole('heading', { level: 1, name }).waitFor()
            await settled(page)
            assert.deepEqual(await violationsOf(page, axe), [], name)
            assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, name)
          }
          assert.deepEqual(complaints, [])
        })
      })

  test('an event that happens shows at once, newest first', async () => {
    await withPage(wide, '#/events', async (page) => {
      await page.getByText('Link transit-1 carries 93 %').waitFor()
      server.send(server.fixture.add('exporter.silent', 'error', 'pe-3', { device: 'pe-3', seconds: 31 }))
      await page.getByText('pe-3 has exported nothing for 31 s').waitFor()
      assert.match((await page.locator('.events li').first().textContent()) ?? '', /pe-3/)
    })
  })

  test('a broken stream is taken up again after the last event, and nothing is lost', async () => {
    await withPage(wide, '#/events', async (page) => {
      await page.getByText('2 of 2 · live').waitFor()
      server.cutStreams()
      server.fixture.add('link.down', 'error', 'office', { link: 'pe-1-office', device: 'pe-1', interface: 'eth3' })
      await page.getByText('Link pe-1-office is down').waitFor()
      assert.equal(await page.locator('.events li').count(), 3)
      assert.equal(server.resumedFrom[0], '2')
    })
  })

  test('the map is one tab stop; arrow keys go through it, the focus shows, Enter chooses the link', async () => {
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
    })
  })

  test('the map has a twin: a table with every link', async () => {
    await withPage(wide, '#/overview', async (page) => {
      await page.locator('.map-link').first().waitFor()
      const links = await page.locator('.map-link').count()
      await page.getByRole('button', { name: 'table' }).click()
      await page.waitForURL(/map=table/)
      assert.equal(await page.locator('section[aria-label="Network"] tbody tr').count(), links)
    })
  })

  test('at 400 px the network is a list, busiest first', async () => {
    await withPage({ width: 400, theme: 'light' }, '#/overview', async (page) => {
      await settled(page)
      assert.equal(await page.locator('svg.map').count(), 0)
      assert.match(
        (await page.locator('section[aria-label="Network"] tbody tr').first().textContent()) ?? '',
        /transit-1/,
      )
    })
  })

  test('keys go to pages, open the help, focus the filter and pause', async () => {
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
    })
  })

  test('a deep link shows the view that it names', async () => {
    await withPage(wide, '#/traffic?last=15m&by=srcSite,dstSite&between=edges&version=6', async (page) => {
      await settled(page)
      assert.equal(await page.locator('table.top thead th').first().textContent(), 'source site')
      assert.equal(await page.locator('table.matrix tbody tr').count(), 4)
      assert.match(
        (await page.locator('section[aria-label="Top flows"] .about').textContent()) ?? '',
        /15\u202fmin.*98.1\u202f%/,
      )
    })
  })

  test('an empty network says which command fills each panel, in both themes without a violation', async () => {
    for (const theme of ['light', 'dark'] as const)
      await withPage(
        { width: 1440, theme },
        '#/overview',
        async (page, complaints) => {
          await settled(page)
          for (const panel of ['Network', 'Link load', 'Top flows', 'Traffic matrix', 'IPv6 share'])
            assert.match(
              (await page.locator(`section[aria-label="${panel}"]`).textContent()) ?? '',
              /vagus lab up/,
              panel,
            )
          assert.deepEqual(await violationsOf(page, axe), [])
          assert.deepEqual(complaints, [])
        },
        ({ fixture }) => (fixture.scene = 'empty'),
      )
  })

  test('a panel whose request is refused says why, and the others go on', async () => {
    await withPage(
      wide,
      '#/overview',
      async (page) => {
        await page.getByText('the store replays its log').waitFor()
        await page.locator('.map-link').first().waitFor()
        assert.equal(await page.getByRole('status').filter({ hasText: 'live' }).count(), 1)
      },
      ({ refused }) => refused.add('/v1/matrix'),
    )
  })

  test('when the controller goes away the last figures stay, marked stale with their age', async () => {
    await withPage({ width: 1440, theme: 'light' }, '#/overview', async (page) => {
      await settled(page)
      await server.close()
      await page.locator('.live.stale').waitFor()
      await page.getByText('The controller cannot be reached').first().waitFor()
      assert.equal(await page.locator('.map-link').count(), 17)
      assert.match((await page.locator('.banner').textContent()) ?? '', /What you see is of .* old/)
      assert.deepEqual(await violationsOf(page, axe), [])
    })
  })

  test('the theme that is chosen stays', async () => {
    await withPage(wide, '#/overview', async (page) => {
      await settled(page)
      await page.getByRole('button', { name: 'dark' }).click()
      await page.reload()
      await settled(page)
      assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(14, 17, 22)')
    })
  })
})
