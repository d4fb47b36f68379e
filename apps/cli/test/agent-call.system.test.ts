import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { until } from '../../../scripts/eventually.ts'
import { type Ended, ended, launcher, start } from './started.ts'
import { saidBy } from './says.ts'
import { freePort } from '../../../scripts/free-port.ts'

/** A stock A2A server and a stock MCP server behind one side-car, and another side-car that calls. */
const home = mkdtempSync(join(tmpdir(), 'vagus-call-'))
const environment = { VAGUS_HOME: home }
const children: ChildProcess[] = []
const fixture = (name: string): string => resolve(import.meta.dirname, '../../sidecar/test/fixtures', name)
const counted = (to: number): string => Array.from({ length: to }, (_, at) => `${at} `).join('')

function says(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  children.push(child)
  return saidBy(child, pattern)
}
const served = async (name: string): Promise<number> => {
  const port = await freePort()
  await says(spawn(process.execPath, [fixture(name), String(port)], { stdio: 'pipe' }), /listening/)
  return port
}

let sideCar = ''
before(async () => {
  const [a2a, mcp] = await Promise.all([served('a2a-agent.ts'), served('mcp-server.ts')])
  const urls = ['--a2a', `http://127.0.0.1:${a2a}`, '--mcp', `http://127.0.0.1:${mcp}/mcp`]
  await says(start(process.execPath, ['run', '--name', 'counter', ...urls], environment), /calls others at/)
  const asker = start(process.execPath, ['run', '--name', 'asker'], environment)
  sideCar = (await says(asker, /calls others at (http:\S+)NAME/))[1]!
})
after(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

const called = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  ended(start(process.execPath, ['agent', 'call', 'counter', ...args], { ...environment, ...more }))

describe('vagus agent call, through the side-car that is named', () => {
  test('streams the answer of a stock A2A agent', async () => {
    const { exit, out, err } = await called(['count 12 5', '--side-car', sideCar])
    assert.equal(exit, 0, err)
    assert.equal(out, `${counted(12)}\n`)
    assert.match(err, /^counter: submitted\ncounter: working\ncounter: working: 10 so far\ncounter: completed\n$/)
  })
  test('prints each event as a line of JSON, as it comes', async () => {
    const { exit, out, err } = await called(['count 3 5', '--json'], { VAGUS_AGENTS_URL: sideCar })
    const lines = out.trim().split('\n')
    assert.deepEqual([exit, err, lines.length], [0, '', 6])
    const kinds = lines.map((line) => Object.keys(JSON.parse(line) as object)[0])
    assert.deepEqual(new Set(kinds), new Set(['task', 'statusUpdate', 'artifactUpdate']))
  })
  test('lists and calls a tool of a stock MCP server', async () => {
    const listed = await called(['--tools', '--side-car', sideCar])
    assert.match(listed.out, /^add {2}a: number, b: number\n {2}a \+ b\n/)
    const sum = await called(['--tool', 'add', '--with', '{"a":2,"b":3}', '--side-car', sideCar])
    assert.deepEqual([sum.exit, sum.out], [0, '5\n'])
    const steps = await called(['--tool', 'count', '--with', '{"to":3}', '--side-car', sideCar])
    assert.deepEqual([steps.out, steps.err], ['counted to 3\n', 'counter: 1 of 3\ncounter: 2 of 3\ncounter: 3 of 3\n'])
  })
  test('fails with 1 and the reason: a task that fails, a tool that fails, one that is not there', async () => {
    const task = await called(['fail', '--side-car', sideCar])
    assert.deepEqual([task.exit, /the task of counter ended failed/.test(task.err)], [1, true], task.err)
    const tool = await called(['--tool', 'fail', '--side-car', sideCar])
    assert.deepEqual([tool.exit, /the tool fail of counter failed: it broke/.test(tool.err)], [1, true], tool.err)
    const none = await called(['--tool', 'nothing', '--side-car', sideCar])
    assert.deepEqual([none.exit, /counter: .*nothing.*\n.*--tools/.test(none.err)], [1, true], none.err)
  })
  test('fails with what the side-car says: nobody of that name (2), no such protocol there, no side-car at all', async () => {
    const nobody = await ended(
      start(process.execPath, ['agent', 'call', 'nobody', 'hello', '--side-car', sideCar], environment),
    )
    assert.deepEqual(
      [nobody.exit, /no agent called "nobody" \(unknown-agent\)/.test(nobody.err)],
      [2, true],
      nobody.err,
    )
    const none = await ended(start(process.execPath, ['agent', 'call', 'asker', 'hello'], environment))
    assert.deepEqual([none.exit, /asker: .*\n.*vagus run --a2a URL/.test(none.err)], [1, true], none.err)
    const away = await called(['hello', '--side-car', `http://127.0.0.1:${await freePort()}`])
    assert.deepEqual(
      [away.exit, /no side-car answers at http:\/\/127\.0\.0\.1:\d+\n/.test(away.err)],
      [3, true],
      away.err,
    )
  })
})

describe('vagus agent call, by a skill', () => {
  const byClaim = (word: string, ...args: readonly string[]): Promise<Ended> =>
    ended(start(process.execPath, ['agent', 'call', word, ...args], environment))
  const answered = /^skill:count is answered by did:key:z6Mk\w+$/m

  test('reaches an agent of this host that has it, over A2A and MCP, and says which', async () => {
    // Its side-car reads the skill from its card a moment after it started.
    const there = await until(
      () => byClaim('skill:count', 'count 3 1'),
      ({ exit }) => exit === 0,
    )
    assert.equal(there.out, `${counted(3)}\n`)
    assert.match(there.err, answered)
    const sum = await byClaim('skill:count', '--tool', 'add', '--with', '{"a":2,"b":3}')
    assert.deepEqual([sum.exit, sum.out], [0, '5\n'], sum.err)
    assert.match(sum.err, answered)
    const tools = await byClaim('role:counter', '--tools', '--side-car', sideCar)
    assert.match(tools.out, /^add /, tools.err)
  })
  test('that none has fails with 2, and names the nearest that there is', async () => {
    const { exit, err } = await byClaim('skill:cuont', 'hello')
    assert.equal(exit, 2, err)
    assert.match(err.replaceAll(/\s+/g, ' '), /no agent that may answer claims skill:cuont; did you mean skill:count\?/)
  })
  test('is an MCP server for a program that starts one', async () => {
    const child = spawn(process.execPath, [launcher, 'mcp', 'skill:count'], { env: { ...process.env, ...environment } })
    const over = ended(child)
    const answer = says(child, /"serverInfo"/)
    const clientInfo = { name: 'test', version: '1' }
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`)
    await answer
    child.stdin.end()
    const { exit, err } = await over
    assert.equal(exit, 0, err)
  })
})

describe('vagus agent call, through a side-car of its own', () => {
  test('says what comes on standard input, as an agent that it makes', async () => {
    const command = `echo hello | "${process.execPath}" "${launcher}" agent call counter --as me`
    const { exit, out, err } = await ended(spawn('sh', ['-c', command], { env: { ...process.env, ...environment } }))
    assert.deepEqual([exit, out], [0, 'hello yourself\n'], err)
    assert.match(err, /^me is new on this host/)
    assert.equal((await called([])).exit, 2, 'nothing to say')
  })
  test('cancels the task there when it is interrupted, and ends with 130', async () => {
    const child = start(process.execPath, ['agent', 'call', 'counter', 'count 2000 20'], environment)
    const over = ended(child)
    await says(child, /0 1 2/)
    child.kill('SIGINT')
    const { exit, err } = await over
    assert.equal(exit, 130, err)
    assert.match(err, /counter: asked to cancel\n(.*\n)*counter: canceled\n$/)
  })
  test('says who has its journal when another one calls as the same agent', async () => {
    const { exit, err } = await called(['hello', '--as', 'asker'])
    assert.deepEqual([exit, /asker is already running.*\n.*--as NAME/.test(err)], [1, true], err)
  })
})
