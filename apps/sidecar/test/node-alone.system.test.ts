import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TaskState } from '@a2a-js/sdk'
import { freePort } from '../../../scripts/free-port.ts'
import { type Started, started, vagus } from './started.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-alone-'))
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)
const programs: Started[] = []
const start = (...args: readonly string[]): Started => {
  const program = started(process.execPath, args, { VAGUS_HOME: home, VAGUS_CONTROLLER: '' })
  programs.push(program)
  return program
}
/** A side-car with nothing but Node. */
const run = (...args: readonly string[]): Started => start('--import', fixture('node-alone.ts'), vagus, 'run', ...args)

after(() => {
  for (const { child } of programs) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

test('side-cars need nothing that only Linux has: a stream goes on when the serving one is killed (kill -9) and comes back', async () => {
  const port = await freePort()
  await start(fixture('a2a-agent.ts'), String(port)).says(/listening/)
  const serve = async (): Promise<Started> => {
    const side = run('--name', 'counter', '--a2a', `http://127.0.0.1:${port}`)
    await side.says(/calls others at/)
    return side
  }
  const serving = await serve()
  const client = run('--name', 'asker', '--', process.execPath, fixture('a2a-client.ts'), 'count 60 50')
  await client.says(/event 5 /)
  serving.child.kill('SIGKILL')
  await serving.exit
  await serve()
  assert.equal(await client.exit, 0, client.text())
  const told = Array.from({ length: 60 }, (_, at) => `${at} `).join('')
  const last = JSON.parse(client.text().trim().split('\n').at(-1)!) as object
  assert.deepEqual(last, { told, state: TaskState.TASK_STATE_COMPLETED })
})
