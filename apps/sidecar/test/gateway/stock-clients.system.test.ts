/**
 * Stock clients, with nothing of Vagus, at a gateway: each side-car is a process of its own, the issuer is
 * oidc-provider.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  CancelTaskRequest,
  DeleteTaskPushNotificationConfigRequest,
  GetTaskPushNotificationConfigRequest,
  SendMessageRequest,
  type StreamResponse,
  TaskPushNotificationConfig,
  TaskState,
} from '@a2a-js/sdk'
import {
  type Client as A2aClient,
  ClientFactory,
  ClientFactoryOptions,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
} from '@a2a-js/sdk/client'
import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { resumingFetch } from '@vagus/bindings/a2a'
import { eventually } from '../../../../scripts/eventually.ts'
import { testFleet, type TestFleet } from '../fleet.ts'
import { a2aApp } from '../fixtures/a2a-agent.ts'
import { mcpListener, ran } from '../fixtures/mcp-server.ts'
import { endServer, listening } from '../sidecars.ts'
import { type Started, vagus } from '../started.ts'
import { browse, oidcIssuer, type OidcIssuer } from './oidc-issuer.ts'
import { freePort } from '../../../../scripts/free-port.ts'

let fleet: TestFleet
let issuer: OidcIssuer
let programs: readonly Awaited<ReturnType<typeof listening>>[]
let site: string
let counterArgs: readonly string[]
let counter: Started
let door: Started
/** How often the agent would have called the host that a client named. */
let pushes = 0
const hooks = 'hooks.example'

const policies = (issuerUrl: string): string => `
permit (principal is Agent, action, resource);
@id("outside counts") permit (principal in Issuer::"${issuerUrl}", action == Action::"a2a", resource)
when { resource.name == "counter" && principal.scopes.contains("read") };
@id("outside adds") permit (principal is Outsider, action == Action::"mcp", resource)
when { resource.name == "calc" && !(context has tool && context.tool == "ran") };
`

before(async () => {
  fleet = await testFleet()
  site = `http://127.0.0.1:${await freePort()}`
  issuer = await oidcIssuer(() => `${site}/agents/`)
  const a2aPort = await freePort()
  const app = a2aApp(`http://127.0.0.1:${a2aPort}`, { send: async () => void pushes++ })
  programs = [await listening(app, a2aPort), await listening(mcpListener)]
  const member = (name: string, roles: readonly string[] = []) => ({ id: fleet.id(name), name, roles })
  const members = [member('calc'), member('counter'), member('door', ['outside-gateway'])]
  assert.ok((await fleet.publish(fleet.sign(members, policies(issuer.url)))).ok)
  counterArgs = ['--a2a', programs[0]!.url, '--roster', fleet.owner]
  const gateway = [
    'gateway',
    '--name',
    'door',
    '--listen',
    site,
    '--publish',
    'counter,calc,late',
    '--issuer',
    issuer.url,
    '--webhooks',
    hooks,
  ]
  const home = ['--roster', fleet.owner, '--home', join(fleet.folder, 'home'), '--controller', fleet.controller.base]
  door = fleet.start([vagus, ...gateway, ...home])
  const [beside] = await Promise.all([
    fleet.run('counter', counterArgs),
    fleet.run('calc', ['--mcp', `${programs[1]!.url}/mcp`, '--roster', fleet.owner]),
    door.says(/published: .*calc/),
    door.says(/nobody is found under the name late yet, which is published: until then callers get 404/),
  ])
  counter = beside
})
after(async () => {
  await fleet.close()
  issuer.close()
  for (const { server } of programs) endServer(server)
})

/** What a desktop keeps of its sign-in. */
function desktop(): { readonly provider: OAuthClientProvider; readonly back: Promise<URLSearchParams> } {
  const redirectUrl = 'http://127.0.0.1:1/back'
  const back = Promise.withResolvers<URLSearchParams>()
  let [information, tokens, verifier]: [unknown, unknown, string] = [undefined, undefined, '']
  return {
    back: back.promise,
    provider: {
      redirectUrl,
      clientMetadata: {
        client_name: 'a desktop',
        redirect_uris: [redirectUrl],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        scope: 'read',
      },
      clientInformation: () => information as never,
      saveClientInformation: (given) => void (information = given),
      tokens: () => tokens as never,
      saveTokens: (given) => void (tokens = given),
      saveCodeVerifier: (given) => void (verifier = given),
      codeVerifier: () => verifier,
      redirectToAuthorization: async (url) => {
        back.resolve((await browse(url, redirectUrl)).searchParams)
      },
    },
  }
}

/** A token of the client `robot`. */
async function robotToken(agent: string, scope: string): Promise<string> {
  const answer = await fetch(`${issuer.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'robot',
      client_secret: 'a secret of a robot',
      resource: `${site}/agents/${agent}`,
      scope,
    }),
  })
  const { access_token: token } = (await answer.json()) as { readonly access_token?: string }
  assert.ok(token, `the issuer answers ${answer.status}`)
  return token
}

/** A stock client of the counter, as the robot. */
async function a2aClient(): Promise<A2aClient> {
  const token = await robotToken('counter', 'read')
  const withToken: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('authorization', `Bearer ${token}`)
    return fetch(input, { ...init, headers })
  }
  const fetchImpl = resumingFetch({}, withToken)
  const transports = [new JsonRpcTransportFactory({ fetchImpl })]
  const cardResolver = new DefaultAgentCardResolver({ fetchImpl })
  return new ClientFactory(
    ClientFactoryOptions.createFrom(ClientFactoryOptions.default, { transports, cardResolver }),
  ).createFromUrl(`${site}/agents/counter/`)
}

const asking = (text: string, configuration: object = {}): SendMessageRequest =>
  SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] },
    configuration,
  })

/** The id of a task that runs on by itself. */
async function taskOf(client: A2aClient): Promise<string> {
  const answer = await client.sendMessage(asking('count 100000 20', { returnImmediately: true }))
  assert.ok('status' in answer)
  return answer.id
}

describe('a gateway', { timeout: 120_000 }, () => {
  test('lets a stock MCP client in that signs its user in by itself, with what 401 says', async (t) => {
    const { provider, back } = desktop()
    const address = new URL(`${site}/agents/calc/mcp`)
    const first = new StreamableHTTPClientTransport(address, { authProvider: provider })
    const refused = new Client({ name: 'desktop', version: '1' }).connect(first)
    await assert.rejects(refused, UnauthorizedError)
    await first.finishAuth(await back)
    const client = new Client({ name: 'desktop', version: '1' })
    t.after(() => client.close())
    await client.connect(new StreamableHTTPClientTransport(address, { authProvider: provider }))
    const sum = await client.callTool({ name: 'add', arguments: { a: 2, b: 40 } })
    assert.deepEqual(sum.content, [{ type: 'text', text: '42' }])
    const large = await client.callTool({ name: 'large', arguments: { n: 3_000_000 } })
    assert.equal((large.content[0] as { readonly text: string }).text.length, 3_000_000)
    await assert.rejects(client.callTool({ name: 'ran', arguments: {} }), /no policy permits alice of /)
  })

  test('lets a stock A2A client in, whose stream loses nothing by kill -9 of the side-car', async () => {
    const client = await a2aClient()
    let told = ''
    let last: StreamResponse['payload'] | undefined
    let kills = 0
    for await (const { payload } of client.sendMessageStream(asking('count 60 25'))) {
      last = payload
      if (payload?.$case !== 'artifactUpdate') continue
      told += textOf(payload.value.artifact?.parts)
      if (kills++ > 0) continue
      counter.child.kill('SIGKILL')
      await counter.exit
      counter = await fleet.run('counter', counterArgs)
    }
    assert.equal(told, Array.from({ length: 60 }, (_, at) => `${at} `).join(''))
    assert.equal(last?.$case, 'statusUpdate')
  })

  test('carries the cancelling of a task, whose stream ends with that', async () => {
    const client = await a2aClient()
    const states: (TaskState | undefined)[] = []
    let cancelled: TaskState | undefined
    for await (const { payload } of client.sendMessageStream(asking('count 100000 20'))) {
      if (payload?.$case === 'statusUpdate') states.push(payload.value.status?.state)
      if (payload?.$case !== 'artifactUpdate' || cancelled !== undefined) continue
      const task = await client.cancelTask(CancelTaskRequest.fromJSON({ id: payload.value.taskId }))
      cancelled = task.status?.state
    }
    assert.deepEqual([cancelled, states.at(-1)], [TaskState.TASK_STATE_CANCELED, TaskState.TASK_STATE_CANCELED])
  })

  test('carries where notifications are wanted to named hosts, and refuses others with a sentence', async () => {
    const client = await a2aClient()
    const taskId = await taskOf(client)
    const configOf = (host: string): TaskPushNotificationConfig =>
      TaskPushNotificationConfig.fromJSON({
        taskId,
        id: 'mine',
        url: `https://${host}/tasks?x=1`,
        token: 'of the client',
        authentication: { scheme: 'Bearer', credentials: 'for the hook' },
      })
    const wanted = configOf(hooks)
    assert.deepEqual(await client.createTaskPushNotificationConfig(wanted), wanted)
    const one = GetTaskPushNotificationConfigRequest.fromJSON({ taskId, id: 'mine' })
    assert.deepEqual(await client.getTaskPushNotificationConfig(one), wanted)
    await eventually('the agent tells', () => pushes > 0)
    await client.deleteTaskPushNotificationConfig(DeleteTaskPushNotificationConfigRequest.fromJSON(one))
    await assert.rejects(client.getTaskPushNotificationConfig(one))

    const why = /push notifications for callers outside go to hosts .*https:\/\/ at hooks\.example;/
    for (const host of ['127.0.0.1:7600', 'hooks.example.evil.example']) {
      await assert.rejects(client.createTaskPushNotificationConfig(configOf(host)), why)
      const taskPushNotificationConfig = TaskPushNotificationConfig.toJSON(configOf(host))
      await assert.rejects(client.sendMessage(asking('hello', { taskPushNotificationConfig })), why)
    }
    await client.cancelTask(CancelTaskRequest.fromJSON({ id: taskId }))
  })

  for (const [mode, version] of [
    ['legacy', '2025-11-25'],
    ['auto', '2026-07-28'],
  ] as const)
    test(`carries MCP ${version}: tools, progress, cancelling`, async (t) => {
      const token = await robotToken('calc', 'read')
      const transport = new StreamableHTTPClientTransport(new URL(`${site}/agents/calc/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${token}` } },
      })
      const client = new Client({ name: 'robot', version: '1' }, { versionNegotiation: { mode } })
      t.after(() => client.close())
      await client.connect(transport)
      assert.equal(client.getNegotiatedProtocolVersion(), version)
      const { tools } = await client.listTools()
      assert.ok(tools.some(({ name }) => name === 'count'))
      const steps: number[] = []
      const counted = await client.callTool(
        { name: 'count', arguments: { to: 20 } },
        { onprogress: ({ progress }) => void steps.push(progress) },
      )
      assert.deepEqual(counted.content, [{ type: 'text', text: 'counted to 20' }])
      assert.deepEqual(
        steps,
        Array.from({ length: 20 }, (_, at) => at + 1),
      )
      const before = { ...ran }
      const stop = new AbortController()
      const called = client.callTool({ name: 'count', arguments: { to: 100_000 } }, { signal: stop.signal })
      const running = eventually('it runs', () => ran.count > before.count).then(() => stop.abort())
      await Promise.all([assert.rejects(called), running])
      if (mode === 'auto') await eventually('it is cancelled', () => ran.cancelled > before.cancelled)
    })

  test('says why it does not let others in', async () => {
    const post = async (agent: string, headers: Readonly<Record<string, string>>): Promise<string> => {
      const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: 'hello' }] }
      const answer = await fetch(`${site}/agents/${agent}/a2a/jsonrpc`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'a2a-version': '1.0', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } }),
      })
      const { type, detail = '' } = (await answer.json()) as { readonly type?: string; readonly detail?: string }
      return `${answer.status} ${type?.replace('urn:vagus:problem:', '')}: ${detail}`
    }
    const as = (token: string) => ({ authorization: `Bearer ${token}` })
    assert.match(await post('counter', {}), /^401 no-token: .*Authorization: Bearer/)
    assert.match(await post('counter', as(await robotToken('calc', 'read'))), /^401 invalid-token: aud must have/)
    assert.match(
      await post('counter', as(await robotToken('counter', 'write'))),
      /^403 refused: no policy permits robot of/,
    )
    assert.match(await post('calc', as(await robotToken('calc', 'read'))), /^40[34] /)
    assert.match(await post('acme', as(await robotToken('counter', 'read'))), /^404 not-published: /)
    assert.match(await post('counter', as(await robotToken('counter', 'read'))), /^200 /)
    assert.match(door.text(), /robot of http.* was refused at counter/)
  })
})

const textOf = (
  parts: readonly { readonly content?: { readonly $case: string; readonly value: unknown } | undefined }[] = [],
): string => parts.map(({ content }) => (content?.$case === 'text' ? String(content.value) : '')).join('')
