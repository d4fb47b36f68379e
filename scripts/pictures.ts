/**
 * Makes the pictures of the README again: the console on the metro lab, a minute into a surge that fills one link.
 *
 *   node scripts/pictures.ts     about six minutes; writes docs/images/console-{light,dark}.png
 *
 * pngquant makes them a third of the size; without it they are written as Chromium gives them.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { launch, openPage, settled } from '../apps/console/test/browser.ts'

const root = resolve(import.meta.dirname, '..')
const images = join(root, 'docs/images')
const listen = '127.0.0.1:7761'
/** The window that the page shows, so that it is full of traffic. */
const windowMilliseconds = 300_000
/** So that the graph has a plateau and the matrix shows it. */
const surgeMilliseconds = 60_000

const home = mkdtempSync(join(tmpdir(), 'vagus-pictures-'))
const run = promisify(execFile)
const vagus = (...words: readonly string[]): Promise<unknown> =>
  run(process.execPath, [join(root, 'apps/cli/src/main.ts'), ...words], { env: { ...process.env, VAGUS_HOME: home } })

async function picture(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.mouse.move(0, 0)
  await wait(1500)
  const file = join(images, `console-${theme}.png`)
  writeFileSync(file, await page.screenshot())
  try {
    await run('pngquant', ['--force', '--skip-if-larger', '--quality', '80-100', '--strip', '--output', file, file])
  } catch (error) {
    // it is not there, or cannot do with 256 colours what was asked for: the picture stays as it is
    process.stderr.write(`${file}: not made smaller: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

mkdirSync(images, { recursive: true })
await vagus('lab', 'up', '--detach', '--listen', listen)
const browser = await launch()
try {
  await wait(windowMilliseconds - surgeMilliseconds - 60_000)
  // something that happened and is over
  await vagus('lab', 'fault', 'link-down', 'pe-3-p-2', '--for', '20s')
  await wait(60_000)
  await vagus('lab', 'run', 'surge', 'transit', 'office', '--factor', '6', '--for', '120s')
  await wait(surgeMilliseconds)
  const { page } = await openPage(browser, `http://${listen}/`, { width: 1600, theme: 'light' })
  await settled(page)
  await page.locator('.badge').first().waitFor()
  await picture(page, 'light')
  await picture(page, 'dark')
} finally {
  await browser.close()
  await vagus('lab', 'down')
  rmSync(home, { recursive: true, force: true })
}
