/** A page on a fixture of its own, for one test. */
import type { Browser, Page } from 'playwright-core'
import { ensureConsole } from '../src/build.ts'
import type { Look } from './browser.ts'
import { openPage } from './browser.ts'
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
