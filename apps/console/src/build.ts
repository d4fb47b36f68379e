/**
 * Builds the page when it is missing or built from other sources. `npm start` calls this.
 * Runs on Node, not in the browser.
 * @module
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const home = join(import.meta.dirname, '..')
const dist = join(home, 'dist')
const stamp = join(dist, '.built-from')

/** Everything that the built page depends on: its sources, those of the packages that it imports, and the pinned versions. */
function fingerprint(): string {
  const own = ['src/**/*.{ts,tsx,css}', 'public/*', 'index.html', 'package.json', 'vite.config.ts']
  const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { dependencies: object }
  const others = Object.keys(dependencies)
    .filter((name) => name.startsWith('@vagus/'))
    .map((name) => name.replace('@vagus/', '../../packages/').concat('/src/**/*.ts'))
  const hash = createHash('sha256')
  for (const file of globSync([...own, ...others], { cwd: home }).sort())
    hash.update(`${file}\n`).update(readFileSync(join(home, file)))
  return hash.digest('hex')
}

const isBuiltFrom = (sources: string): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === sources

/** Whether the page is there, and built from the present sources. */
export const isConsoleCurrent = (): boolean => isBuiltFrom(fingerprint())

/** Renames; ignores only the failure that another process was first. */
function renamed(from: string, to: string, unless: 'ENOTEMPTY' | 'ENOENT'): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === unless) return false
    throw error
  }
}

/**
 * The folder of the built page, with index.html in it. Concurrent builds do not disturb each other: each builds aside
 * and then replaces what was there.
 * @throws when Vite cannot build, or the folder of the page cannot be written
 */
export async function ensureConsole(): Promise<string> {
  const wanted = fingerprint()
  if (isBuiltFrom(wanted)) return dist
  const aside = join(home, 'node_modules', `.build-${process.pid}`)
  mkdirSync(aside, { recursive: true })
  try {
    const outDir = join(aside, 'new')
    const { build } = await import('vite') // here, because to ask whether the page is current must not take long
    await build({ root: home, configFile: join(home, 'vite.config.ts'), logLevel: 'error', build: { outDir } })
    writeFileSync(join(outDir, '.built-from'), wanted)
    for (let turn = 0; !renamed(outDir, dist, 'ENOTEMPTY') && !isBuiltFrom(wanted); turn++)
      renamed(dist, join(aside, `old-${turn}`), 'ENOENT')
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
  return dist
}
