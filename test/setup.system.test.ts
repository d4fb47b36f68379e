import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '..')

test('what npm ci has installed is not installed once more, and what the lock file names anew is', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-setup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { postinstall: string }
  }
  const lock = (version: string): void => {
    const own = { name: 'tree', version }
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ ...own, scripts: { postinstall: scripts.postinstall } }),
    )
    const locked = { ...own, lockfileVersion: 3, requires: true, packages: { '': { ...own, hasInstallScript: true } } }
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(locked))
  }
  const ran = (command: string, ...args: readonly string[]): string => {
    const env = { ...process.env, npm_execpath: '' }
    const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env })
    assert.equal(status, 0, stderr)
    return stderr
  }
  const setUp = (): string => ran(process.execPath, 'scripts/setup.mjs')
  mkdirSync(join(folder, 'scripts'))
  mkdirSync(join(folder, 'node_modules'))
  cpSync(join(root, 'scripts/setup.mjs'), join(folder, 'scripts/setup.mjs'))
  lock('1.0.0')
  ran('npm', 'ci', '--offline', '--loglevel=error')
  assert.equal(setUp(), '')
  lock('1.0.1')
  assert.match(setUp(), /installing what package-lock\.json names …\n[^]*installed in /)
  assert.equal(setUp(), '')
})
