import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { eventually } from '../../../scripts/eventually.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-settle-'))
const compiled = join(folder, 'compiled')
const main = resolve(import.meta.dirname, '../src/main.ts')
const service = spawn(process.execPath, [main, 'run', '--name', 'quiet'], {
  stdio: 'ignore',
  env: { ...process.env, VAGUS_HOME: folder, VAGUS_CONTROLLER: '', NODE_COMPILE_CACHE: compiled },
})
after(() => {
  service.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Mebibytes that this process shares with no other. */
function ownMemory(): number {
  const rollup = readFileSync(`/proc/${service.pid}/smaps_rollup`, 'utf8')
  return Number(/^Private_Dirty: +(\d+) kB$/m.exec(rollup)?.[1]) / 1024
}

const areCompiled = (): boolean => readdirSync(compiled, { recursive: true }).length > 100

test('a service stores what was compiled once it is at work, and gives back what loading it took', async () => {
  let before = 0
  await eventually('what was compiled is stored', () => {
    before = ownMemory()
    return areCompiled()
  })
  await eventually('its memory shrinks', () => ownMemory() < before - 5)
})
