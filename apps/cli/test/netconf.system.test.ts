/** `vagus netconf` beside a real server: what a client of MCP and an operator see, also over kill -9. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type CallToolResult, Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Netconfd } from '../../../packages/router/test/support/netconfd.ts'
import { needs } from '../../../scripts/needs.ts'
import { saidBy } from './says.ts'
import { ended, launcher, start, vagus } from './started.ts'

const node = process.execPath
const router = '/vagus-test-router:router'
const link = `${router}/link[site='gdn'][number='1']`
const patterns = `${router}/description,${router}/link[site=*][number=*]`

describe('the agent of a router of a vendor', { skip: needs('netconfd') }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-netconf-cli-'))
  const control = join(folder, 'edge-9.sock')
  let server: Netconfd
  let agent: ChildProcess
  let client: Client

  const started = async (...more: readonly string[]): Promise<ChildProcess> => {
    const { user, host, port, sshConfig } = server.place
    const place = ['--router', `${user}@${host}:${port}`, '--ssh-config', sshConfig, '--name', 'edge-9']
    const child = start(node, ['netconf', ...place, '--control', control, '--home', folder, ...more])
    await saidBy(child, /answers at/)
    return child
  }
  const call = (name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> =>
    client.callTool({ name, arguments: args })
  const textOf = ({ content }: CallToolResult): string =>
    content.map((one) => (one.type === 'text' ? one.text : '')).join('\n')
  const stateOf = ({ structuredContent }: CallToolResult) =>
    (structuredContent as { readonly state: string; readonly added: readonly string[]; readonly id: string }) ?? {}
  const config = async (): Promise<string> => {
    const { structuredContent } = await call('network_file_pull')
    return (structuredContent as { readonly text: string }).text
  }

  before(async () => {
    server = await Netconfd.start()
    agent = await started('--configures', patterns)
    client = new Client({ name: 'noc', version: '1' })
    const args = [launcher, 'device', 'mcp', '--control', control]
    const env = { PATH: process.env['PATH'] ?? '' }
    await client.connect(new StdioClientTransport({ command: node, args, env }))
  })
  after(async () => {
    await client.close()
    agent.kill('SIGKILL')
    await server.end()
    rmSync(folder, { recursive: true })
  })

  test('says in its record what it refused first, without the credential that was in it', async () => {
    const secret = await call('network_commit', { commands: [`${router}/password/text = s3cret`] })
    assert.match(textOf(secret), /it has to do with credentials/)
    const record = readFileSync(join(folder, 'edge-9-record.jsonl'), 'utf8')
    assert.match(record, /"attempt\.refused".*password\/text = <hidden>/)
    assert.doesNotMatch(record, /s3cret/)
  })

  test('says what it is, and gives data at a path', async () => {
    assert.match(
      client.getInstructions() ?? '',
      /router edge-9 \(NETCONF 1\.[01], \d+ YANG modules\)[^]*network_yang_get/,
    )
    const state = await call('network_yang_get', { path: '/ietf-netconf-monitoring:netconf-state/datastores' })
    assert.match(textOf(state), /datastore\[name='candidate'\]\n/)
    const wrong = await call('network_yang_get', { path: '/nothing:at/all' })
    assert.match(textOf(wrong), /has no YANG module "nothing"; it has /)
    const command = await call('network_cli_exec', { command: 'show version' })
    assert.match(textOf(command), /right is "get PATH"/)
  })

  test('refuses what no pattern names, and what the router does not take', async () => {
    const refused = await call('network_cli_configure', { commands: [`${router}/name = x`, `${link}/mtu = 9000`] })
    assert.match(textOf(refused), /router\/name = x: the operator of the device allows only/)
    const untyped = [`${link}/mtu = 9000`]
    const tried = await call('network_cli_configure', { commands: untyped })
    assert.match(
      textOf(tried),
      /^edge-9 would not take these lines; nothing was changed:\nNETCONF at .* refused (?:edit-config|validate): /,
    )
    assert.equal((tried.structuredContent as { readonly mayBeCommitted: boolean }).mayBeCommitted, false)
    const wrong = await call('network_commit', { commands: untyped })
    assert.equal(wrong.isError, true)
    assert.match(textOf(wrong), /refused/)
    assert.doesNotMatch(await config(), /link/)
  })

  test('tries a change, and says what it would do', async () => {
    const was = await config()
    const commands = [`${router}/description = a try`, `${link}/type = vagus-test-router:ethernet`]
    assert.deepEqual(textOf(await call('network_cli_configure', { commands })).split('\n'), [
      'edge-9 would change as follows; nothing was changed:',
      `+ ${router}/description = a try`,
      `+ ${link}`,
      `+ ${link}/type = vagus-test-router:ethernet`,
    ])
    assert.equal(await config(), was)
  })

  test('commits for a while: kill -9 and a rollback by the next agent leave all as it was', async () => {
    const was = await config()
    const commands = [
      `${link}/type = vagus-test-router:ethernet`,
      `${link}/mtu = 9000`,
      `${router}/description = hello`,
    ]
    const { state, added, id } = stateOf(
      await call('network_commit', { commands, comment: 'a try', confirmWithin: 60 }),
    )
    assert.equal(state, 'pending')
    assert.deepEqual(
      added.toSorted(),
      [
        link,
        `${link}/mtu = 9000`,
        `${link}/type = vagus-test-router:ethernet`,
        `${router}/description = hello`,
      ].toSorted(),
    )
    agent.kill('SIGKILL')
    await once(agent, 'exit')
    agent = await started('--configures', patterns)
    assert.match(await config(), /description = hello/)
    const back = await call('network_rollback', { id })
    assert.equal(stateOf(back).state, 'reverted', textOf(back))
    assert.equal(await config(), was)
  })

  test('keeps what an operator confirms, and takes back what is pending when it is stopped', async () => {
    const socket = ['--socket', control]
    const { id } = stateOf(
      await call('network_commit', { commands: [`${router}/description = kept`], confirmWithin: 60 }),
    )
    const kept = await vagus(['device', 'commits', 'edge-9', ...socket, '--confirm', id])
    assert.match(kept.out, new RegExp(`^edge-9: ${id} of operator stays: 1 line changed\n`), kept.err)
    const shown = await vagus(['device', 'show', 'edge-9', ...socket])
    assert.match(shown.out, /^edge-9 {2}NETCONF 1\.[01], \d+ YANG modules\nsessions {2}netconf established for /)
    assert.doesNotMatch(shown.out, /policy|classes|no links/)
    const removed = await call('network_commit', { commands: [`no ${router}/description`], confirmWithin: 60 })
    assert.equal(stateOf(removed).state, 'pending', textOf(removed))
    assert.doesNotMatch(await config(), /description/)
    const end = ended(agent)
    agent.kill('SIGTERM')
    assert.match((await end).err, /is taken back: the agent was stopped/)
    agent = await started()
    assert.match(await config(), /description = kept/)
    const refused = await call('network_commit', { commands: [`no ${router}/description`] })
    assert.match(textOf(refused), /the operator of the device allows no changes/)
  })

  test('tells what is wrong with its options before it connects', async () => {
    for (const [words, said] of [
      [['--router=-oProxyCommand=x'], /must be HOST, USER@HOST or USER@HOST:PORT/],
      [['--router', 'a b'], /must be HOST, USER@HOST or USER@HOST:PORT/],
      [['--router', 'r', '--configures', 'interface *'], /has paths of YANG data, such as/],
      [['--router', 'r', '--configures', '/interfaces'], /needs the name of its YANG module in front/],
      [['--router', 'r', '--serve-at', 'udp://0.0.0.0:1'], /needs --serve-to OWNER/],
    ] as const) {
      const { exit, err } = await vagus(['netconf', ...words, '--control', join(folder, 'other.sock')])
      assert.deepEqual([exit, said.test(err)], [2, true], err)
    }
  })
})
