/** A network that other agents ask by its name: a controller, and `vagus run` with its MCP beside it. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { type Ended, ended, launcher, start } from './started.ts'
import { saidBy } from './says.ts'

const homes = ['controller', 'network', 'asker'].map((name) => mkdtempSync(join(tmpdir(), `vagus-${name}-`)))
const [ofController, ofNetwork, ofAsker] = homes as [string, string, string]
const children: ChildProcess[] = []
let controller = ''

function says(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  children.push(child)
  return saidBy(child, pattern)
}

before(async () => {
  const args = ['controller', '--home', ofController, '--listen', '127.0.0.1:0', '--flow.listen', '127.0.0.1:0']
  const serves = await says(start(process.execPath, args), /API and console: (http:\S+)/)
  controller = serves[1]!
  const run = ['run', '--name', 'network', '--mcp', `${controller}/mcp`]
  const environment = { VAGUS_CONTROLLER: controller, VAGUS_HOME: ofNetwork }
  await says(start(process.execPath, run, environment), /calls others at/)
})
after(async () => {
  const over = children.map(async (child) => child.exitCode ?? once(child, 'close'))
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(over)
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

const environment = (): Record<string, string> => ({ VAGUS_CONTROLLER: controller, VAGUS_HOME: ofAsker })
const called = (...args: readonly string[]): Promise<Ended> =>
  ended(start(process.execPath, ['agent', 'call', 'network', ...args], environment()))

describe('an agent that knows the network by its name alone', { timeout: 120_000 }, () => {
  test('finds its tools, each with a line on what it answers', async () => {
    const { exit, out, err } = await called('--tools')
    assert.equal(exit, 0, err)
    assert.match(out, /^network_status +nothing\n {2}The network at a glance/m)
    assert.match(out, /^network_link_load +name: string, last\?: string\n {2}How the load/m)
  })

  test('asks them; the network is an agent among others', async () => {
    const { exit, out, err } = await called(
      '--tool',
      'network_agents',
      '--with',
      '{"match":"network"}',
      '--as',
      'asker',
    )
    assert.equal(exit, 0, err)
    const { items } = JSON.parse(out) as { readonly items: readonly { readonly name: string }[] }
    assert.deepEqual(
      items.map(({ name }) => name),
      ['network'],
    )
  })

  test('is told what was wrong with its question', async () => {
    const { exit, err } = await called('--tool', 'network_links', '--with', '{"last":"an hour"}')
    assert.equal(exit, 1)
    assert.match(err, /the tool network_links of network failed: last: must be a number and s, m, h or d/)
  })

  test('is asked for it by a program that speaks MCP over stdio: vagus mcp network', async () => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    const env = { ...(process.env as Record<string, string>), ...environment() }
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [launcher, 'mcp', 'network'], env }),
    )
    assert.match(client.getInstructions() ?? '', /All tools only read/)
    const { structuredContent } = await client.callTool({ name: 'network_status', arguments: {} })
    assert.equal((structuredContent as { readonly domain: string }).domain, 'default')
    await client.close()
  })
})
