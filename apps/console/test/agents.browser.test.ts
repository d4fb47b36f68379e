/** Agents and sessions in Chromium, on a fixture: their page, and what of them is on the map. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { ensureConsole } from '../src/build.ts'
import { launch, openPage, resize, settled, violationsOf } from './browser.ts'
import type { ToldOfAgents } from './agents-fixture.ts'
import { FixtureServer } from './fixture-server.ts'

describe('agents and sessions', { skip: needs('chromium') }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(async () => {
    await browser.close()
  })

  async function withAgents(
    agents: ToldOfAgents,
    hash: string,
    run: (page: Page, server: FixtureServer) => Promise<void>,
  ): Promise<void> {
    const server = new FixtureServer(await ensureConsole())
    server.fixture.agents = agents
    const { page } = await openPage(browser, `${await server.listen()}/${hash}`, { width: 1600, theme: 'light' })
    try {
      await settled(page)
      await run(page, server)
    } finally {
      await page.context().close()
      await server.close()
    }
  }
  async function pageOfAgentsAlone(): Promise<{ readonly page: Page; readonly close: () => Promise<void> }> {
    const server = new FixtureServer(await ensureConsole())
    server.fixture.scene = 'empty'
    server.fixture.wantsFlows = false
    server.fixture.agents = 'in fleets'
    const { page } = await openPage(browser, await server.listen(), { width: 1600, theme: 'light' })
    await settled(page)
    const close = async (): Promise<void> => {
      await page.context().close()
      await server.close()
    }
    return { page, close }
  }
  const panel = (page: Page, name: string) => page.locator(`section[aria-label="${name}"]`)
  const rowOf = (page: Page, name: string) =>
    page.locator('tbody').filter({ has: page.getByRole('button', { name, exact: true }) })

  test('a session is one row for both ends, and opens to what each tells', async () => {
    await withAgents('with sessions', '#/agents', async (page) => {
      await panel(page, 'Sessions').getByRole('row').nth(1).waitFor()
      assert.equal(await panel(page, 'Sessions').locator('tbody').count(), 6)
      const row = rowOf(page, 'reader → writer')
      const cells = await row.locator('td').allTextContents()
      assert.deepEqual(cells.slice(0, 5), ['up', 'udp', '10.6.0.5:7601', '41\u202fms', 'PQ/T hybrid'])
      assert.deepEqual(cells.slice(6), ['3', '2', '28\u202fms', '32\u202fms', '4', 'padme'])
      assert.equal(await row.locator('[title="25519+MLKEM768_AESGCM_SHA256"]').count(), 1)
      await row.getByRole('button').press('Enter')
      const details = row.locator('.session-ends')
      assert.deepEqual(await details.locator('.paths b').allTextContents(), ['udp', 'relay', 'udp'])
      // of the other end what differs
      assert.deepEqual(await details.locator('.facts').last().locator('dt').allTextContents(), ['padding'])
      // planner has not told of late: what archivist tells counts
      const silent = rowOf(page, 'planner → archivist')
      assert.match((await silent.textContent()) ?? '', /→ archivistsilentas archivist reportsrelayhub66\u202fms/)
      assert.equal(await silent.locator('.state-word.silent').count(), 1)
      await rowOf(page, 'writer → courier').getByRole('button').click()
      await page.getByText('courier does not report it.').waitFor()
    })
  })

  test('the largest flows name the agents at their addresses, and lead to them', async () => {
    await withAgents('with sessions', '#/traffic', async (page) => {
      const marks = page.locator('.agent-mark')
      await marks.first().waitFor()
      assert.deepEqual(await marks.allTextContents(), ['writer', '2 agents'])
      assert.match((await marks.nth(1).getAttribute('href')) ?? '', /agents\?filter=10\.11\.0\.8/)
      await marks.first().click()
      await page.waitForURL(/#\/agents\?filter=writer/)
      await panel(page, 'Agents').locator('tbody th').first().waitFor()
      assert.deepEqual(await panel(page, 'Agents').locator('tbody th').allTextContents(), ['writer'])
    })
    await withAgents('with sessions', '#/agents?filter=10.6.0.5', async (page) => {
      await panel(page, 'Agents').locator('tbody th').first().waitFor()
      assert.deepEqual(await panel(page, 'Agents').locator('tbody th').allTextContents(), ['writer'])
    })
  })

  test('the filter holds for agents and sessions, and the key "g a" leads to them', async () => {
    await withAgents('with sessions', '#/overview', async (page) => {
      await page.keyboard.press('g')
      await page.keyboard.press('a')
      await page.waitForURL(/#\/agents/)
      await panel(page, 'Sessions').getByRole('row').nth(1).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('archivist')
      await page.waitForURL(/filter=archivist/)
      assert.deepEqual(await panel(page, 'Agents').locator('tbody th').allTextContents(), ['archivist'])
      assert.equal(await panel(page, 'Sessions').locator('tbody').count(), 2)
      const copies = await page
        .getByRole('button', { name: /^Copy/ })
        .evaluateAll((all) => all.map((each) => each.title))
      assert.match(copies.join(), /vagus agent ls,did:key:z6Mk\w{44},vagus session ls/)
    })
  })

  test('without agents the page says how to run one, in both themes without a violation', async () => {
    await withAgents('none', '#/agents', async (page) => {
      assert.match((await panel(page, 'Agents').textContent()) ?? '', /vagus run --name NAME --controller http:/)
      assert.equal(await panel(page, 'Sessions').count(), 0)
      assert.deepEqual(await violationsOf(page), [])
      await page.emulateMedia({ colorScheme: 'dark' })
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('a controller for agents alone begins with them, and offers no pages of a network', async () => {
    const { page, close } = await pageOfAgentsAlone()
    try {
      await panel(page, 'Agents').locator('tbody').first().waitFor()
      await page.locator('nav a', { hasText: 'Traffic' }).waitFor({ state: 'detached' })
      assert.deepEqual(await page.locator('nav a').allTextContents(), ['Overview', 'Agents', 'Events'])
      const panels = await page.locator('main section').evaluateAll((all) => all.map((each) => each.ariaLabel))
      assert.deepEqual(panels, ['Agents', 'Fleets', 'Sessions', 'Events'])
      assert.equal(await page.getByText('No flows').count(), 0)
      assert.deepEqual(await violationsOf(page), [])
    } finally {
      await close()
    }
  })

  test('without sessions the page says how one begins', async () => {
    await withAgents('no session yet', '#/agents', async (page) => {
      await panel(page, 'Sessions').getByText('curl ${VAGUS_AGENTS_URL}NAME/').waitFor()
      assert.equal(await panel(page, 'Agents').locator('tbody').count(), 6)
      assert.deepEqual(await violationsOf(page), [])
    })
  })

  test('fleets are one line each, and members have what their owner says of them, also why one is in quarantine', async () => {
    await withAgents('in fleets', '#/agents', async (page) => {
      const fleets = panel(page, 'Fleets')
      await fleets.getByText('acme', { exact: true }).waitFor()
      assert.deepEqual(await fleets.locator('.state-word').allTextContents(), [
        'expires in 80d',
        'expires in 9d',
        'expired 2h ago',
      ])
      assert.match((await fleets.locator('tbody').first().textContent()) ?? '', /^acme42513 of 4 reachable/)
      const agents = panel(page, 'Agents')
      const courier = agents.locator('tbody').filter({ hasText: 'courier' })
      assert.match(
        (await courier.textContent()) ?? '',
        /staff, driver.*In quarantine for 1[23]m?\s?m[^:]*.*stolen laptop/,
      )
      const writer = agents.locator('tbody').filter({ hasText: 'report-writer: staff' })
      assert.equal(await writer.locator('th').textContent(), 'writer')
      assert.equal(await agents.getByText('no member').count(), 1)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        assert.deepEqual(await violationsOf(page), [])
      }
      for (const width of [1600, 1440, 1024, 400]) {
        await resize(page, width)
        for (const label of ['Table of agents', 'Table of fleets']) {
          const table = page.getByRole('region', { name: label })
          assert.ok(await table.evaluate((each) => each.scrollWidth <= each.clientWidth), `${label} ${width}`)
        }
      }
      assert.match((await courier.textContent()) ?? '', /stolen laptop/, 'also where little room is')
    })
  })

  test('a controller that knows of no sessions still shows its agents', async () => {
    await withAgents('without sessions', '#/agents', async (page) => {
      await panel(page, 'Agents').getByText('reader', { exact: true }).waitFor()
      await panel(page, 'Sessions').waitFor({ state: 'detached' })
      assert.equal(await page.locator('.state.failed').count(), 0)
      assert.equal(await page.getByRole('status').filter({ hasText: 'live' }).count(), 1)
    })
  })

  test('the map marks sites that have agents, and draws one line between two sites for their sessions', async () => {
    await withAgents('with sessions', '#/overview', async (page) => {
      await page.locator('.map-session').first().waitFor()
      assert.deepEqual(await page.locator('.agents-mark').allTextContents(), ['2', '1', '1', '1'])
      assert.equal(await page.locator('.map-session').count(), 3)
      assert.deepEqual((await page.locator('.session-note').allTextContents()).sort(), [
        '2 sessions',
        'silent',
        'silent',
      ])
      await page.locator('[data-item="node office"]').hover()
      const details = page.locator('.map-details')
      assert.match((await details.textContent()) ?? '', /^Site office.* · 2 agents: planner, reader$/)
      // back from the first link to the last line
      await page.locator('[data-item="link pe-1-p-1"]').focus()
      for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowLeft')
      assert.equal(await page.evaluate("document.activeElement.dataset['item']"), 'session dc-west~office')
      const halo = "getComputedStyle(document.activeElement.querySelector('.halo-line')).opacity"
      assert.ok(Number(await page.evaluate(halo)) > 0.4)
      assert.match((await details.textContent()) ?? '', /^dc-west – office: planner ↔ archivist silent, over relay/)
      await page.keyboard.press('ArrowRight')
      const two = /^dc-east – office, 2 sessions: .*reader ↔ writer over udp, 41\u202fms, PQ\/T hybrid, 3 moves/
      assert.match((await details.textContent()) ?? '', two)
      await page.keyboard.press('Enter')
      await page.waitForURL(/#\/agents/)
    })
  })

  test('agents do not move the map, and it is as before when they are gone', async () => {
    await withAgents('with sessions', '#/overview', async (page, { fixture }) => {
      const places =
        "[...document.querySelectorAll('.map .shape, .map .half')].map((each) => each.getBoundingClientRect().toJSON())"
      await page.locator('.map-session').first().waitFor()
      const before = await page.evaluate(places)
      fixture.agents = 'none'
      await page.locator('.agents-mark').first().waitFor({ state: 'detached' })
      assert.equal(await page.locator('.map-session, .session-note').count(), 0)
      assert.deepEqual(await page.evaluate(places), before)
    })
  })

  test('at every width both tables fit, also when a session is open', async () => {
    await withAgents('with sessions', '#/agents', async (page) => {
      await rowOf(page, 'reader → writer').getByRole('button').click()
      for (const width of [1600, 1440, 1024, 400]) {
        await resize(page, width)
        for (const label of ['Table of agents', 'Table of sessions']) {
          const table = page.getByRole('region', { name: label })
          assert.ok(await table.evaluate((each) => each.scrollWidth <= each.clientWidth), `${label} ${width}`)
        }
      }
    })
  })
})
