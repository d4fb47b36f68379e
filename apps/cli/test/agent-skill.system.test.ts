import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AgentList } from '@vagus/api'
import { until } from '../../../scripts/eventually.ts'
import { type Ended, start, vagus } from './started.ts'
import { saidBy } from './says.ts'
import { freePort } from '../../../scripts/free-port.ts'

/** A controller, and two agents of other users that publish themselves there. Nobody shares a folder of keys. */
const folder = mkdtempSync(join(tmpdir(), 'vagus-skill-'))
const socket = join(folder, 'c.sock')
const children: ChildProcess[] = []
const agent = resolve(import.meta.dirname, '../../sidecar/test/fixtures/a2a-agent.ts')

function says(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  children.push(child)
  return saidBy(child, pattern)
}
const environmentOf = (user: string) => ({ VAGUS_HOME: join(folder, user), VAGUS_CONTROLLER: `unix:${socket}` })
const asked = (...args: readonly string[]): Promise<Ended> => vagus(args, environmentOf('me'))
const listed = async (...args: readonly string[]) =>
  (JSON.parse((await asked('agent', 'ls', '--json', ...args)).out) as AgentList).items.map(({ name }) => name)

before(async () => {
  writeFileSync(join(folder, 'vagus.yaml'), `listen: unix:${socket}\nflow: { listen: ['127.0.0.1:0'] }\n`)
  const args = ['controller', '-c', join(folder, 'vagus.yaml'), '--home', join(folder, 'controller')]
  await says(start(process.execPath, args), /flows: udp/)
  for (const name of ['one', 'two']) {
    const port = await freePort()
    await says(spawn(process.execPath, [agent, String(port)], { stdio: 'pipe' }), /listening/)
    const run = ['run', '--name', name, '--a2a', `http://127.0.0.1:${port}`]
    await says(start(process.execPath, run, environmentOf(name)), /calls others at/)
  }
  await until(
    () => listed('--skill', 'count'),
    (names) => names.length === 2,
  )
})
after(async () => {
  const over = children.map((child) => new Promise((done) => child.once('close', done)))
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(over)
  rmSync(folder, { recursive: true, force: true })
})

describe('agents of others that a controller lists', () => {
  test('are found by skill and role', async () => {
    assert.deepEqual(await listed('--skill', 'count'), ['one', 'two'])
    assert.deepEqual(await listed('--skill', 'count', '--role', 'two'), ['two'])
    const none = await asked('agent', 'ls', '--skill', 'cont')
    assert.deepEqual([none.exit, /did you mean --skill count\?/.test(none.err)], [2, true], none.err)
    assert.match((await asked('agent', 'show', 'one')).out, /\bcount\b/)
  })
  test('are not called by a skill, until --find names them', async () => {
    const call = ['agent', 'call', 'skill:count', 'hello']
    const refused = await asked(...call)
    assert.equal(refused.exit, 2, refused.err)
    const text = refused.err.replaceAll(/\s+/g, ' ')
    assert.match(
      text,
      /one \(did:key:\w+\), two \(did:key:\w+\) claim it, and --find does not name them: --find did:key:/,
    )
    const [, id] = /--find (did:key:\w+)/.exec(text)!
    for (const find of ['@controller', 'one', id!, 'skill:count=@controller']) {
      const { exit, out, err } = await asked(...call, '--find', find)
      assert.deepEqual([exit, out], [0, 'hello yourself\n'], err)
    }
    const other = await asked(...call, '--find', 'skill:other=@controller')
    assert.equal(other.exit, 2, other.err)
  })
})
