/** A fleet whose owner says who may call whom, with stock programs behind side-cars, each a process of its own. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Member } from '@vagus/identity'
import { eventually } from '../../../scripts/eventually.ts'
import { agentsAt, testFleet, type TestFleet } from './fleet.ts'
import { endServer, listening } from './sidecars.ts'
import type { Started } from './started.ts'

const policies = `
@id("all") permit (principal, action, resource);
@id("dispatchers write")
forbid (principal, action == Action::"a2a", resource in Role::"writer") unless { principal in Role::"dispatcher" };
@id("no ran for readers")
forbid (principal in Role::"reader", action == Action::"mcp", resource) when { context has tool && context.tool == "ran" };
@id("nobody cancels")
forbid (principal, action == Action::"a2a", resource) when { context has operation && context.operation == "CancelTask" };
`
const reason = 'key on a stolen laptop'
let fleet: TestFleet
let members: readonly Member[]
let first: string
let echo: Awaited<ReturnType<typeof listening>>
const sides = new Map<string, Started>()
const ports = new Map<string, string>()
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  server.close()
  return String(port)
}

const isOf = (name: string) => (member: Member) => member.name === name
/** The same fleet, but `name` is in quarantine. */
const without = (name: string): readonly Member[] =>
  members.map((member) =>
    isOf(name)(member) ? { ...member, quarantine: { since: Date.UTC(2026, 10, 27), reason } } : member,
  )

async function run(name: string, args: readonly string[], more = {}): Promise<void> {
  sides.set(name, await fleet.run(name, args, more))
}
const byRoster = (): readonly string[] => ['--roster', fleet.owner]
const at = (caller: string): string => agentsAt(sides.get(caller)!)

const rpc = (
  caller: string,
  agent: string,
  method: string,
  params: object,
  more: RequestInit = {},
): Promise<Response> =>
  fetch(`${at(caller)}${agent}/a2a/jsonrpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    ...more,
  })
const messageOf = (text: string) => ({ message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] } })
const say = (caller: string, agent: string): Promise<Response> => rpc(caller, agent, 'SendMessage', messageOf('hello'))
const problemOf = async (response: Response): Promise<string> => {
  const text = await response.text()
  const { type = '', detail = text } = JSON.parse(text) as { readonly type?: string; readonly detail?: string }
  return `${type} ${detail}`
}

/** Counts for ten minutes. `over` is fulfilled with the time at which the program's stream ended. */
async function stream(caller: string, agent: string): Promise<{ readonly over: Promise<number> }> {
  const response = await rpc(caller, agent, 'SendStreamingMessage', messageOf('count 30000 20'))
  assert.equal(response.status, 200)
  const begun = Promise.withResolvers<void>()
  const over = (async () => {
    try {
      let octets = 0
      for await (const part of response.body!) if ((octets += part.length) > 2000) begun.resolve()
    } catch {
      // cut
    }
    return performance.now()
  })()
  await Promise.race([begun.promise, over.then(() => assert.fail('the stream ended at its start'))])
  return { over }
}

before(async () => {
  fleet = await testFleet()
  for (const [name, file] of [
    ['writer', 'a2a-agent.ts'],
    ['laptop', 'a2a-agent.ts'],
    ['calc', 'mcp-server.ts'],
  ] as const) {
    ports.set(name, await freePort())
    await fleet.start([fixture(file), ports.get(name)!]).says(/listening/)
  }
  echo = await listening((request, response) => response.end(JSON.stringify(request.headers)))
  members = [
    { id: fleet.id('writer'), name: 'writer', roles: ['writer'] },
    { id: fleet.id('calc'), name: 'calc', roles: ['tools'] },
    { id: fleet.id('boss'), name: 'boss', roles: ['dispatcher', 'head'] },
    { id: fleet.id('reader'), name: 'reader', roles: ['reader'] },
    { id: fleet.id('laptop', 'elsewhere'), name: 'laptop', roles: ['dispatcher'] },
    { id: fleet.id('archive-node'), name: 'archive', roles: ['tools'] },
  ]
  first = fleet.sign(members, policies)
  assert.equal((await fleet.publish(first)).status, 201)
  await Promise.all([
    run('writer', ['--a2a', `http://127.0.0.1:${ports.get('writer')}`, ...byRoster()]),
    run('calc', ['--mcp', `http://127.0.0.1:${ports.get('calc')}/mcp`, ...byRoster()]),
    run('archive-node', ['--a2a', echo.url, ...byRoster()]),
    run('boss', byRoster()),
    run('reader', byRoster()),
    // It was changed so that it goes by no roster.
    run('laptop', ['--a2a', `http://127.0.0.1:${ports.get('laptop')}`], { home: 'elsewhere' }),
    // It has the name of a member on the list of the controller.
    run('archive', ['--a2a', echo.url], { home: 'strangers' }),
  ])
})
after(async () => {
  await fleet.close()
  endServer(echo.server)
})

describe('a fleet by the roster of its owner', { concurrency: false }, () => {
  test('serves by role, and says which policy refuses', async () => {
    assert.equal((await say('boss', 'writer')).status, 200)
    const refused = await say('reader', 'writer')
    assert.equal(refused.status, 403)
    assert.match(await problemOf(refused), /problem:refused forbidden by "dispatchers write"/)
  })

  for (const mode of ['legacy', 'auto'] as const)
    test(`lets a stock MCP client call one tool and not another (${mode})`, async () => {
      const clientOf = async (caller: string): Promise<Client> => {
        const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
        await client.connect(new StreamableHTTPClientTransport(new URL(`${at(caller)}calc/mcp`)))
        return client
      }
      const [reader, boss] = await Promise.all([clientOf('reader'), clientOf('boss')])
      const sum = await reader.callTool({ name: 'add', arguments: { a: 2, b: 3 } })
      assert.equal((sum.content[0] as { readonly text: string }).text, '5')
      await assert.rejects(reader.callTool({ name: 'ran', arguments: {} }), /no ran for readers/)
      assert.equal((await boss.callTool({ name: 'ran', arguments: {} })).isError ?? false, false)
      await Promise.all([reader.close(), boss.close()])
    })

  test('goes by what the content asks for, not by what is said of it', async () => {
    const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${at('reader')}calc/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
        body,
      })
    const ran = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'ran', arguments: {} } }
    const add = { ...ran, params: { name: 'add', arguments: { a: 1, b: 1 } } }
    const text = JSON.stringify(ran)
    for (const [body, headers, status] of [
      [text, {}, 403],
      [text, { 'content-type': 'text/plain' }, 403],
      [JSON.stringify([add, ran]), {}, 403],
      [text, { 'mcp-method': 'tools/list' }, 400],
      [JSON.stringify(add), { 'mcp-method': 'tools/call', 'mcp-name': 'ran' }, 400],
      [text.replace('"ran"', '"add","name":"ran"'), {}, 400],
      [text.replace('"method"', '"Method"'), {}, 400],
      [text, { 'content-encoding': 'gzip' }, 400],
      [`${text}${' '.repeat(1_048_576)}`, {}, 413],
    ] as const) {
      const answer = await post(body, headers)
      assert.equal(answer.status, status, `${body.slice(0, 200)} ${await answer.text()}`)
    }
  })

  test('decides by the operation of A2A, in each binding and version', async () => {
    const { result } = (await (await rpc('boss', 'writer', 'SendMessage', messageOf('count 1 1'))).json()) as {
      readonly result: { readonly task: { readonly id: string } }
    }
    const { id } = result.task
    assert.equal((await rpc('boss', 'writer', 'GetTask', { id })).status, 200)
    for (const method of ['CancelTask', 'tasks/cancel'])
      assert.match(
        await problemOf(await rpc('boss', 'writer', method, { id })),
        /refused forbidden by "nobody cancels"/,
      )
    for (const path of [`tasks/${id}:cancel`, `tasks/${id}%3Acancel`]) {
      const answer = await fetch(`${at('boss')}writer/a2a/rest/${path}`, { method: 'POST', body: '{}' })
      assert.match(await problemOf(answer), /refused forbidden by "nobody cancels"/)
    }
    const cards = await fetch(`${at('boss')}writer/.well-known/agent-card.json`)
    assert.equal(cards.status, 200)
  })

  test('finds a member by its name in the roster, whoever took that name elsewhere, and tells its server who calls', async () => {
    const list = await fleet.controller.json<{
      readonly items: readonly { readonly name: string; readonly id: string }[]
    }>('/v1/agents')
    const stranger = fleet.id('archive', 'strangers')
    assert.ok(list.items.some(({ name, id }) => name === 'archive' && id === stranger))
    const answer = await fetch(`${at('boss')}archive/`, {
      headers: { 'Vagus-Member-Name': 'owner', vagus_member_roles: 'owner' },
    })
    assert.equal(answer.headers.get('vagus-answered-by'), fleet.id('archive-node'))
    const told = (await answer.json()) as Readonly<Record<string, string>>
    assert.deepEqual([told['vagus-member-name'], told['vagus-member-roles']], ['boss', 'dispatcher head'])
    assert.equal(told['vagus_member_roles'], undefined)
    const outside = await fetch(`${at('boss')}${stranger}/`)
    assert.match(await problemOf(outside), /refused .*is no member of the roster/)
    const inside = await fetch(`${at('archive')}${fleet.id('archive-node')}/`)
    assert.match(await problemOf(inside), /refused .*is no member of the roster/)
  })

  test('finds by roles of the roster, not of documents', async () => {
    const answers = await Promise.all(
      ['role:tools', 'role:agent'].map((role) => fetch(`${at('reader')}${role}/mcp`, { method: 'GET' })),
    )
    const answerers = answers.map((answer) => answer.headers.get('vagus-answered-by'))
    assert.ok([fleet.id('calc'), fleet.id('archive-node')].includes(answerers[0]!), String(answerers[0]))
    assert.equal(answerers[1], null) // what each of them says of itself
    assert.match(await problemOf(answers[1]!), /unknown-agent/)
  })

  test('ends what is under way with a member in quarantine, also if that would rather go on', async (t) => {
    const [outgoing, incoming] = [await stream('laptop', 'writer'), await stream('boss', 'laptop')]
    const began = performance.now()
    assert.equal((await fleet.publish(fleet.sign(without('laptop'), policies))).status, 200)
    const [sent, received] = (await Promise.all([outgoing.over, incoming.over])).map((end) => Math.round(end - began))
    t.diagnostic(`its call ended after ${sent} ms, the call to it after ${received} ms`)
    assert.ok(sent! < 10_000 && received! < 10_000, `${sent} ${received}`)
    const words = new RegExp(`refused .*laptop is in quarantine since 2026-11-27T00:00:00Z: ${reason}`)
    const [from, to] = [await say('laptop', 'writer'), await say('boss', 'laptop')]
    assert.deepEqual([from.status, to.status], [403, 403])
    assert.match(await problemOf(from), words)
    assert.match(await problemOf(to), words)
    await eventually('no session is left', async () => {
      const response = await fetch(agentsAt(sides.get('writer')!).replace('/agents/', '/sessions'))
      return !(await response.text()).includes(fleet.id('laptop', 'elsewhere'))
    })
    assert.equal((await say('boss', 'writer')).status, 200)
  })

  test('keeps to the newest roster over kill -9, without the controller and with one that serves an older one', async () => {
    const old = await listening((request, response) => {
      if (request.url!.startsWith('/v1/rosters/')) response.end(first)
      else response.writeHead(404).end('{}')
    })
    try {
      const serve = [
        '--a2a',
        `http://127.0.0.1:${ports.get('writer')}`,
        '--roster',
        'acme',
        '--lookup',
        fleet.handedOut,
      ]
      fleet.handOut(first)
      for (const controller of ['http://127.0.0.1:9', old.url]) {
        const before = sides.get('writer')!
        before.child.kill('SIGKILL')
        await before.exit
        await run('writer', serve, { controller })
        await eventually('it is back', async () => (await say('boss', 'writer')).status === 200)
        assert.match(await problemOf(await say('laptop', 'writer')), /laptop is in quarantine/)
      }
      await sides.get('writer')!.says(/roster from the controller is not believed: epoch 1 is below 2/)
      await sides.get('writer')!.says(/acme\.roster is not believed: epoch 1 is below 2/)
    } finally {
      endServer(old.server)
    }
  })

  test('brings calls back when the member is released', async () => {
    const released = fleet.sign(members, policies)
    assert.equal((await fleet.publish(released)).status, 200)
    fleet.handOut(released)
    await eventually('it may call', async () => (await say('laptop', 'writer')).status === 200)
    await eventually('it is called', async () => (await say('boss', 'laptop')).status === 200)
  })

  test('decides open calls again when policies change', async () => {
    const { over } = await stream('boss', 'laptop') // which goes by no roster
    const served = await stream('laptop', 'writer')
    const stricter = fleet.sign(members, `${policies} forbid (principal, action, resource in Role::"writer");`)
    await fleet.publish(stricter)
    fleet.handOut(stricter)
    await served.over
    const again = await say('laptop', 'writer')
    assert.match(await problemOf(again), /refused forbidden by/)
    assert.equal(await Promise.race([over, Promise.resolve('open')]), 'open')
  })

  test('decides again what goes on after kill -9', async () => {
    const lenient = fleet.sign(members, policies)
    await fleet.publish(lenient)
    fleet.handOut(lenient)
    await eventually('it may call', async () => (await say('boss', 'writer')).status === 200)
    const { over } = await stream('boss', 'writer')
    const before = sides.get('writer')!
    before.child.kill('SIGKILL')
    await before.exit
    const stricter = fleet.sign(members, `${policies} forbid (principal, action, resource in Role::"writer");`)
    await fleet.publish(stricter)
    fleet.handOut(stricter)
    await run('writer', ['--a2a', `http://127.0.0.1:${ports.get('writer')}`, ...byRoster()])
    await over // else it goes on where it was, and counts for ten minutes
    assert.match(await problemOf(await say('boss', 'writer')), /refused forbidden by/)
  })

  test('serves nobody and calls nobody where there is no roster, and says so', async () => {
    const nobody = fleet.id('nobody-s-owner', 'strangers')
    await run('lonely', ['--a2a', echo.url, '--roster', nobody])
    assert.match(sides.get('lonely')!.text(), /nobody is served and nobody called: there is no roster of did:key/)
    assert.match(await problemOf(await say('lonely', 'writer')), /refused there is no roster of did:key/)
    const asked = await fetch(`${at('archive')}${fleet.id('lonely')}/`)
    assert.match(await problemOf(asked), /refused .*there is no roster of did:key/)
  })
})
