/** MCP over standard input and output, at either end: servers that are commands, and programs that start servers as such. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { mcpListener } from './fixtures/mcp-server.ts'
import { endServer, listening } from './sidecars.ts'
import { type Started, started, vagus } from './started.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-stdio-'))
const environment = { VAGUS_HOME: home, VAGUS_CONTROLLER: '', VAGUS_AGENTS_URL: '' }
const command = [process.execPath, join(import.meta.dirname, 'fixtures/mcp-stdio-server.ts')] as const
const running: Started[] = []
const run = (...words: readonly string[]): Started => {
  const side = started(process.execPath, [vagus, 'run', ...words], environment)
  running.push(side)
  return side
}
const remote = await listening(mcpListener)
let agents = ''

before(async () => {
  const [local, http, boss] = [
    run('--name', 'local', '--mcp', 'stdio', '--', ...command),
    run('--name', 'http', '--mcp', `${remote.url}/mcp`),
    run('--name', 'boss'),
  ]
  await Promise.all([local, http].map((side) => side.says(/calls others at/)))
  agents = (await boss.says(/calls others at (\S+)NAME/))[1]!
})
after(async () => {
  for (const { child } of running) child.kill()
  await Promise.all(running.map(({ exit }) => exit))
  endServer(remote.server)
  rmSync(home, { recursive: true, force: true })
})

type Mode = 'legacy' | 'auto'
const ways = {
  'a program that speaks HTTP and a server that is a command': (mode: Mode) => overHttp('local', mode),
  'a program that starts commands and a server over HTTP': (mode: Mode) => overStdio('http', mode),
  'a program that starts commands and a server that is one': (mode: Mode) => overStdio('local', mode),
} as const

const client = (mode: Mode): Client => new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
async function overHttp(name: string, mode: Mode): Promise<Client> {
  const made = client(mode)
  await made.connect(new StreamableHTTPClientTransport(new URL(`${agents}${name}/mcp`)))
  return made
}
async function overStdio(name: string, mode: Mode): Promise<Client> {
  const made = client(mode)
  const env = { ...(process.env as Record<string, string>), ...environment }
  await made.connect(new StdioClientTransport({ command: process.execPath, args: [vagus, 'mcp', name], env }))
  return made
}
async function called(from: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await from.callTool({ name, arguments: args })
  return (content[0] as { text: string }).text
}

async function cancelledOf(from: Client): Promise<number> {
  return (JSON.parse(await called(from, 'ran')) as { cancelled: number }).cancelled
}

for (const [between, connect] of Object.entries(ways)) {
  for (const mode of ['legacy', 'auto'] as const) {
    test(
      `between ${between}, ${mode}: tools, progress, errors, long results, cancelling`,
      { timeout: 180_000 },
      async () => {
        const made = await connect(mode)
        try {
          assert.equal(await called(made, 'add', { a: 2, b: 3 }), '5')
          const steps: number[] = []
          const counted = made.callTool(
            { name: 'count', arguments: { to: 20 } },
            { onprogress: ({ progress }) => void steps.push(progress) },
          )
          assert.deepEqual(
            await Promise.all([counted.then(({ isError }) => isError), called(made, 'add', { a: 1, b: 1 })]),
            [undefined, '2'],
          )
          // Of progress that comes in one piece with the answer the SDK has forgotten whom to tell: see below.
          assert.deepEqual(
            steps,
            steps.map((_, at) => at + 1),
          )
          const failed = await made.callTool({ name: 'fail', arguments: {} })
          assert.equal(failed.isError, true)
          assert.equal((await called(made, 'large', { n: 3_000_000 })).length, 3_000_000)
          const [stop, begun] = [new AbortController(), Promise.withResolvers<void>()]
          const long = made.callTool(
            { name: 'count', arguments: { to: 100_000 } },
            { signal: stop.signal, onprogress: ({ progress }) => void (progress === 3 && begun.resolve()) },
          )
          await begun.promise
          const before = await cancelledOf(made)
          stop.abort()
          await assert.rejects(long)
          // Over HTTP this server keeps nothing of a client of the older era, so it knows not what to cancel.
          if (between !== 'a program that starts commands and a server over HTTP' || mode === 'auto')
            while ((await cancelledOf(made)) === before);
        } finally {
          await made.close()
        }
      },
    )
  }
}

describe('a server that is a command', () => {
  test('is a process for each session, and told who calls', async () => {
    const [one, other] = await Promise.all([overHttp('local', 'legacy'), overHttp('local', 'legacy')])
    const [first, second, again] = [await called(one, 'who'), await called(other, 'who'), await called(one, 'who')]
    assert.match(first, /^boss \d+$/)
    assert.equal(again, first)
    assert.notEqual(second, first)
    await Promise.all([one.close(), other.close()])
  })

  test('that ends tells whoever waits, and the next session has another one', async () => {
    const made = await overHttp('local', 'legacy')
    await assert.rejects(called(made, 'end'), /the MCP server over there ended with exit code 3/)
    await assert.rejects(called(made, 'who'), /404|no such session/)
    await made.close()
    const next = await overHttp('local', 'legacy')
    assert.match(await called(next, 'who'), /^boss /)
    await next.close()
  })

  test('that ends at once, or says too much, is the reason that its caller is told and its log names', async () => {
    const bad = run('--name', 'bad', '--mcp', 'stdio', '--', 'sh', '-c', 'exit 3')
    const large = run('--name', 'large', '--mcp', 'stdio', '--', ...command)
    await Promise.all([bad, large].map((side) => side.says(/calls others at/)))
    const listed = started(process.execPath, [vagus, 'agent', 'call', 'bad', '--tools'], {
      ...environment,
      VAGUS_AGENTS_URL: agents,
    })
    assert.equal(await listed.exit, 1)
    assert.match(listed.text(), /the MCP server over there ended with exit code 3\n +see what its server prints/)
    const made = await overHttp('large', 'legacy')
    await assert.rejects(called(made, 'large', { n: 17_000_000 }), /over there wrote a message of more than 16 MiB/)
    await large.says(/: it wrote a message of more than 16 MiB, and is ended/)
    assert.doesNotMatch(bad.text() + large.text(), /setpriv/)
    await made.close()
  })

  test('is heard also where it asks before anybody listens', async () => {
    const made = new Client(
      { name: 'test', version: '1' },
      { capabilities: { roots: {} }, versionNegotiation: { mode: 'legacy' } },
    )
    const asked = Promise.withResolvers<void>()
    made.setRequestHandler('roots/list', () => {
      asked.resolve()
      return { roots: [] }
    })
    await made.connect(new StreamableHTTPClientTransport(new URL(`${agents}local/mcp`)))
    await asked.promise
    await made.close()
  })

  test('does not run for a session that was not begun', async () => {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' }
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
    for (let number = 0; number < 17; number++)
      assert.equal((await fetch(`${agents}local/mcp`, { method: 'POST', headers, body })).status, 406)
  })

  test('is not given what is no JSON, or longer than is held: that is told apart', async () => {
    const post = async (body: string): Promise<number> =>
      (await fetch(`${agents}local/mcp`, { method: 'POST', body })).status
    assert.deepEqual([await post('{'), await post('x'.repeat(17_000_000))], [400, 413])
  })

  test('serves nobody a session of somebody else', async () => {
    const made = await overHttp('local', 'legacy')
    const { sessionId } = made.transport as StreamableHTTPClientTransport
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const other = run('--name', 'other')
    const [, url] = await other.says(/calls others at (\S+)NAME/)
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' }
    const ask = async (base: string): Promise<number> =>
      (await fetch(`${base}local/mcp`, { method: 'POST', headers: { ...headers, 'Mcp-Session-Id': sessionId! }, body }))
        .status
    assert.equal(await ask(agents), 200)
    assert.equal(await ask(url!), 404)
    await made.close()
  })

  test('that is not there is named at once', async () => {
    const side = run('--name', 'nothing', '--mcp', 'stdio', '--', 'no-such-server')
    assert.equal(await side.exit, 1)
    assert.match(side.text(), /"no-such-server" cannot be started: ENOENT/)
  })
})

/** `vagus mcp NAME`, spoken to line by line. */
function bridged(name: string): { readonly bridge: Started; readonly say: (message: object) => void } {
  const bridge = started(process.execPath, [vagus, 'mcp', name], environment)
  running.push(bridge)
  return {
    bridge,
    say: (message) => void bridge.child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
  }
}

/** The same, behind the beginning of the older era. */
async function initialized(name: string): Promise<ReturnType<typeof bridged>> {
  const { bridge, say } = bridged(name)
  const clientInfo = { name: 'test', version: '1' }
  say({ id: 'i', method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } })
  await bridge.says(/"id":"i"/)
  say({ method: 'notifications/initialized' })
  return { bridge, say }
}

describe('vagus mcp', () => {
  test('passes on each message once and in order', async () => {
    const { bridge, say } = await initialized('local')
    say({
      id: 7,
      method: 'tools/call',
      params: { name: 'count', arguments: { to: 50 }, _meta: { progressToken: 'p' } },
    })
    await bridge.says(/"id":7/)
    bridge.child.stdin!.end()
    assert.equal(await bridge.exit, 0)
    const [, ...lines] = bridge.text().trim().split('\n')
    const messages = lines.map((line) => JSON.parse(line) as { id?: number; params?: { progress: number } })
    assert.deepEqual(
      messages.map(({ id, params }) => id ?? params?.progress),
      [...Array.from({ length: 50 }, (_, at) => at + 1), 7],
    )
  })

  test('answers all that was asked when standard input ends at once, as of a file, and what cannot be passed on', async () => {
    const whole = async (
      name: string,
      ...more: readonly object[]
    ): Promise<{ texts: unknown[]; code: number | null }> => {
      const { bridge, say } = bridged(name)
      const clientInfo = { name: 'test', version: '1' }
      say({ id: 'i', method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } })
      for (const message of more) say(message)
      bridge.child.stdin!.end()
      const code = await bridge.exit
      const lines = bridge
        .text()
        .split('\n')
        .filter((line) => line.startsWith('{'))
      return { texts: lines.map((line) => JSON.parse(line) as unknown), code }
    }
    const params = { name: 'add', arguments: { a: 2, b: 3 } }
    const added = await whole(
      'local',
      { method: 'notifications/initialized' },
      { id: 's', method: 'tools/call', params },
    )
    assert.deepEqual([added.texts.map((each) => (each as { id: unknown }).id), added.code], [['i', 's'], 0])
    const { texts } = await whole('nobody')
    assert.match(JSON.stringify(texts), /^\[\{"jsonrpc":"2.0","id":"i","error":.*unknown-agent/)
  })

  test('answers what breaks off, and what was cancelled is not missed', async () => {
    const breaking = await listening((request, response) => {
      let text = ''
      request.on('data', (octets: Buffer) => (text += octets.toString()))
      request.on('end', () => {
        const { id, method } = (text === '' ? {} : JSON.parse(text)) as { id?: string; method?: string }
        if (id === undefined) return void response.writeHead(method === undefined ? 405 : 202).end()
        if (method === 'works') {
          response.setHeader('Content-Type', 'application/json')
          return void response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }))
        }
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': here\n\n')
        if (method === 'breaks') setTimeout(() => response.destroy(), 100)
        return undefined
      })
    })
    await run('--name', 'breaking', '--mcp', `${breaking.url}/mcp`).says(/calls others at/)
    const { bridge, say } = bridged('breaking')
    say({ id: 'b', method: 'breaks' })
    await bridge.says(/"id":"b","error":\{"code":-32603,"message":"breaking: the answer broke off"/)
    // More than one host gets connections for: what nobody waits for must not hold any.
    for (let number = 0; number < 300; number++) {
      say({ id: `h${number}`, method: 'hangs' })
      say({ method: 'notifications/cancelled', params: { requestId: `h${number}` } })
    }
    say({ id: 'w', method: 'works' })
    await bridge.says(/"id":"w","result"/)
    assert.doesNotMatch(bridge.text(), /"id":"h\d+"/)
    bridge.child.stdin!.end()
    assert.equal(await bridge.exit, 0)
    endServer(breaking.server)
  })

  test('ends, and not well, when the server of its session has', async () => {
    const { bridge, say } = await initialized('local')
    say({ id: 'e', method: 'tools/call', params: { name: 'end', arguments: {} } })
    await bridge.says(/"id":"e","error"/)
    say({ id: 'n', method: 'ping' })
    await bridge.says(/"id":"n","error"/)
    assert.equal(await bridge.exit, 1)
  })

  test('answers a request that cannot be passed on, with why', async () => {
    const made = client('legacy')
    const env = { ...(process.env as Record<string, string>), ...environment }
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [vagus, 'mcp', 'nobody'],
      env,
      stderr: 'ignore',
    })
    await assert.rejects(made.connect(transport), /nobody: .*\(unknown-agent\)/)
    await made.close()
  })
})
