import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { newFolder } from './support/controller-process.ts'

const script = `
  import { runController } from '@vagus/controller'
  const [file, home] = process.argv.slice(1)
  const flags = { home, listen: '127.0.0.1:0', 'flow.listen': '127.0.0.1:0' }
  const stop = new AbortController()
  const hangUp = () => process.kill(process.pid, 'SIGHUP')
  const report = (line) => {
    console.log(line)
    if (!line.startsWith('configuration read again')) return
    stop.abort()
    setImmediate(hangUp)
  }
  const ended = runController({ file, environment: {}, flags }, { version: '0', report, signal: stop.signal })
  hangUp()
  await ended`

test('SIGHUP during the start is remembered until it has started, and at the end it kills nothing', async (t) => {
  const home = newFolder('domain: test')
  const { folder } = home
  t.after(() => home.remove())
  const args = ['-e', script, join(folder, 'vagus.yaml'), join(folder, 'home')]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  assert.match(stdout, /\nflows: .*\nconfiguration read again: nothing changed\n$/)
})
