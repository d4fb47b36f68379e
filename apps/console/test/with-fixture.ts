/** A page on a fixture of its own, for one test. @module */
import { after, before } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { ensureConsole } from '../src/build.ts'
import type { Look } from './browser.ts'
import { launch, openPage, settled } from './browser.ts'
import { FixtureServer } from './fixture-server.ts'

export async function withFixture(
  browser: Browser,
  look: Look,
  hash: string,
  run: (page: Page, server: FixtureServer) => Promise<void>,
  prepare: (server: FixtureServer) => void = () => undefined,
): Promise<void> {
  const server = new FixtureServer(await ensureConsole())
  prepare(server)
  const { page } = await openPage(browser, `${await server.listen()}/${hash}`, look)
  try {
    await run(page, server)
  } finally {
    await page.context().close()
    await server.close()
  }
}

/**
 * For the tests of one `describe`, which get a browser of their own: each opens the page at `hash` on a fixture in which
 * `member` is `told`, and waits until everything has come.
 */
export function pagesWith<Member extends keyof FixtureServer['fixture']>(member: Member) {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(async () => browser.close())
  return async (
    told: FixtureServer['fixture'][Member],
    hash: string,
    run: (page: Page, server: FixtureServer) => Promise<void>,
    prepare: (server: FixtureServer) => void = () => undefined,
  ): Promise<void> =>
    withFixture(
      browser,
      { width: 1440, theme: 'light' },
      hash,
      async (page, server) => {
        await settled(page)
        await run(page, server)
      },
      (server) => {
        server.fixture[member] = told
        prepare(server)
      },
    )
}
