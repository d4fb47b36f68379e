import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { TaskState } from '@a2a-js/sdk'
import { needs } from '../../../scripts/needs.ts'
import { type Site, twoSites } from './sites.ts'
import type { Started } from './started.ts'

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)
/** The last line that a program behind `vagus run` wrote. */
const outcomeOf = (program: Started): unknown => JSON.parse(program.text().trim().split('\n').at(-1)!) as unknown

describe('stock programs at two sites, each behind its own vagus run', { skip: needs('netns') }, () => {
  let sites: Awaited<ReturnType<typeof twoSites>>
  let one: Site
  let two: Site
  before(async () => {
    sites = await twoSites()
    ;[one, two] = sites.sites
    const a2a = ['--a2a', 'http://127.0.0.1:9000', ...listenAt(one, 7601)]
    const mcp = ['--mcp', 'http://127.0.0.1:3000/mcp', ...listenAt(one, 7602)]
    const serving = [
      one.run('counter', ...a2a, '--', process.execPath, fixture('a2a-agent.ts'), '9000'),
      one.run('calculator', ...mcp, '--', process.execPath, fixture('mcp-server.ts'), '3000'),
    ]
    await Promise.all(serving.map((program) => program.says(/calls others at[^]*listening on/)))
    for (const name of ['counter', 'calculator']) one.handOut(name)
  })
  after(() => sites?.close())

  test('A2A programs ask, stream, cancel, fail and hand over 10 MB, over both bindings', async () => {
    const client = two.run('asker', '--', process.execPath, fixture('a2a-checks.ts'))
    assert.equal(await client.exit, 0, client.text())
    const expected = {
      hello: 'hello yourself',
      streamed: { parts: numbers(0, 99).map((part) => `${part} `), state: TaskState.TASK_STATE_COMPLETED },
      cancelled: { state: TaskState.TASK_STATE_CANCELED, isShort: true },
      error: 'Task not found: none',
      failed: TaskState.TASK_STATE_FAILED,
      large: 10_000_000,
    }
    assert.deepEqual(outcomeOf(client), { jsonrpc: expected, rest: expected })
  })

  test('MCP programs list, call, report progress, cancel, fail and hand over 10 MB, in both eras', async () => {
    const client = two.run('reckoner', '--', process.execPath, fixture('mcp-checks.ts'))
    assert.equal(await client.exit, 0, client.text())
    const expected = {
      tools: ['add', 'count', 'fail', 'large', 'ran'],
      sum: '5',
      counted: 'counted to 50',
      steps: numbers(1, 50),
      cancelled: 'given up',
      begun: 1,
      failed: [true, 'it broke'],
      error: 'an error',
      large: 10_000_000,
    }
    assert.deepEqual(outcomeOf(client), {
      legacy: { version: '2025-11-25', ...expected, cancelledThere: 0 },
      auto: { version: '2026-07-28', ...expected, cancelledThere: 1 },
    })
  })

  test('a program that calls nobody of that name is told so, with the name', async () => {
    const script = "fetch(process.env.VAGUS_AGENTS_URL + 'nobody/').then(async (r) => console.log(await r.text()))"
    const client = two.run('asker', '--', process.execPath, '-e', script)
    await client.exit
    assert.match(client.text(), /urn:vagus:problem:unknown-agent.*"nobody/)
  })
})

const listenAt = ({ address }: Site, port: number): readonly string[] => [
  '--listen',
  `udp://${address}:${port},tcp://${address}:${port}`,
]
