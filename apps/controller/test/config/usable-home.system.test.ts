import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigError } from '../../src/config/config-error.ts'
import { makeHome } from '../../src/config/usable-home.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-home-'))
after(() => rmSync(root, { recursive: true }))
const origins = new Map([['home', '--home']])

test('makes the folder of the state, with those above it, for its user alone', () => {
  const home = join(root, 'a', 'b')
  makeHome({ home, origins })
  makeHome({ home, origins })
  assert.equal(statSync(home).mode & 0o777, 0o700)
})

test('a home that is a file, or below one, is a mistake in the configuration that says so', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  for (const home of [file, join(file, 'x')]) {
    assert.throws(
      () => makeHome({ home, origins }),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.equal(
          error.message,
          `--home: home: must be a folder that you can write, which ${home} is not: ${file} is a file`,
        )
        return true
      },
    )
  }
})

test('a controller whose home cannot be made ends at once instead of trying without end', () => {
  const script = `
    import { runController } from '@vagus/controller'
    const flags = { home: '/proc/x', listen: '127.0.0.1:0', 'flow.listen': '127.0.0.1:0' }
    const { signal } = new AbortController()
    await runController({ environment: {}, flags }, { version: '0', signal }).catch((error) =>
      console.log(error.name + ' ' + error.message))`
  const options = { cwd: root, encoding: 'utf8', timeout: 30_000, killSignal: 'SIGKILL' } as const
  const resolved = script.replace('@vagus/controller', import.meta.resolve('@vagus/controller'))
  assert.equal(
    execFileSync(process.execPath, ['--input-type=module', '-e', resolved], options),
    'ConfigError --home: home: must be a folder that you can write, which /proc/x is not: ENOENT\n',
  )
})
