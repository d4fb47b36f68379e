/**
 * The page that the controller serves. A checkout builds it from sources when needed; a package contains it.
 * @module
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { progressLine } from './lab/bring-up.ts'
import type { Terminal } from './terminal.ts'

const home = resolve(import.meta.dirname, '../../console')

export const consolePage = {
  /** Folder of the built page, with index.html. */
  folder: resolve(home, 'dist'),
  hasSources: existsSync(resolve(home, 'vite.config.ts')),
} as const

/** Whether the page must be built: it is not there, or the sources have changed since. */
export const needsBuild = async (): Promise<boolean> =>
  consolePage.hasSources && !(await import('@vagus/console/build')).isConsoleCurrent()

/** A step of its own, with a line on stderr; needs the sources. */
export async function buildConsole(terminal: Terminal): Promise<void> {
  const started = performance.now()
  const { ensureConsole } = await import('@vagus/console/build')
  await ensureConsole()
  progressLine(terminal, 'console', (performance.now() - started) / 1000, 'the page is built')
}
