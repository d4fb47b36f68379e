import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Message, SendMessageRequest, type StreamResponse, TaskState } from '@a2a-js/sdk'
import {
  type Client,
  ClientFactory,
  ClientFactoryOptions,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client'
import { resumingFetch } from '@vagus/bindings/a2a'
import type { Sidecar } from '../src/index.ts'
import { a2aApp } from './fixtures/a2a-agent.ts'
import { endServer, listening, sidecar } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-sidecar-'))
const network = new VirtualNetwork()
const first = await listening((_, response) => response.end())
const { url } = first
endServer(first.server)
const port = Number(new URL(url).port)
const local = await listening(a2aApp(url), port)
let served: Sidecar & { kill(): void }
let caller: Sidecar
before(async () => {
  served = await sidecar(network, 'counter', { exposed: { a2a: url }, notes: join(folder, 'counter.sqlite') })
  caller = await sidecar(network, 'asker', { notes: join(folder, 'asker.sqlite') })
})
after(async () => {
  await Promise.all([served.close(), caller.close()])
  endServer(local.server)
  rmSync(folder, { recursive: true })
})

const ask = (text: string, messageId: string = randomUUID()): SendMessageRequest =>
  SendMessageRequest.fromJSON({ message: { messageId, role: 'ROLE_USER', parts: [{ text }] } })

async function client(binding: 'JSONRPC' | 'HTTP+JSON'): Promise<Client> {
  const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, { preferredTransports: [binding] })
  return new ClientFactory(options).createFromUrl(`${caller.url}/agents/counter/`)
}

const textOf = (message: Message | undefined): string => {
  const content = message?.parts[0]?.content
  return content?.$case === 'text' ? content.value : ''
}

/** What a reader of a stream was told: the artifact as it would put it together, and the last state. */
function reader() {
  const told = { text: '', says: [] as string[], state: TaskState.TASK_STATE_UNSPECIFIED as TaskState, taskId: '' }
  return {
    told,
    take: ({ payload }: StreamResponse): void => {
      if (payload?.$case === 'task')
        Object.assign(told, { taskId: payload.value.id, state: payload.value.status?.state })
      if (payload?.$case === 'statusUpdate') {
        told.state = payload.value.status?.state ?? told.state
        if (payload.value.status?.message !== undefined) told.says.push(textOf(payload.value.status.message))
      }
      if (payload?.$case !== 'artifactUpdate') return
      const parts = payload.value.artifact?.parts ?? []
      const text = parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('')
      told.text = payload.value.append ? told.text + text : text
    },
  }
}
const counted = (to: number): string => Array.from({ length: to }, (_, at) => `${at} `).join('')

for (const binding of ['JSONRPC', 'HTTP+JSON'] as const) {
  describe(`stock A2A programs over ${binding}, through two side-cars`, () => {
    test('follow the agent card and stay on the side-car', async () => {
      const card = await (await fetch(`${caller.url}/agents/counter/.well-known/agent-card.json`)).json()
      const { supportedInterfaces } = card as { supportedInterfaces: { url: string }[] }
      assert.deepEqual(
        supportedInterfaces.map((each) => each.url),
        [`${caller.url}/agents/counter/a2a/jsonrpc`, `${caller.url}/agents/counter/a2a/rest`],
      )
    })
    test('ask and get a message, or a task', async () => {
      const message = await (await client(binding)).sendMessage(ask('hello'))
      assert.equal(textOf(message as Message), 'hello yourself')
      const task = await (await client(binding)).sendMessage(ask('count 5 1'))
      assert.ok('status' in task && task.status?.state === TaskState.TASK_STATE_COMPLETED)
    })
    test('stream a task', async () => {
      const { told, take } = reader()
      for await (const event of (await client(binding)).sendMessageStream(ask('count 30 2'))) take(event)
      assert.deepEqual([told.text, told.state], [counted(30), TaskState.TASK_STATE_COMPLETED])
      assert.deepEqual(told.says, ['10 so far', '20 so far', '30 so far'])
    })
    test('cancel a task that streams', async () => {
      const stock = await client(binding)
      const { told, take } = reader()
      for await (const event of stock.sendMessageStream(ask('count 10000 5'))) {
        take(event)
        if (told.text.length > 10 && told.text.length < 16)
          await stock.cancelTask({ id: told.taskId, tenant: '', metadata: {} })
      }
      assert.equal(told.state, TaskState.TASK_STATE_CANCELED)
    })
    test('get the errors of the server by their own names', async () => {
      await assert.rejects((await client(binding)).getTask({ id: 'none', tenant: '' }), /not found/i)
      const failed = await (await client(binding)).sendMessage(ask('fail'))
      assert.ok('status' in failed && failed.status?.state === TaskState.TASK_STATE_FAILED)
    })
    test('carry an artifact of 10 MB', async () => {
      const task = await (await client(binding)).sendMessage(ask('large 10000000'))
      assert.ok('artifacts' in task)
      const content = task.artifacts[0]?.parts[0]?.content
      assert.equal(content?.$case === 'text' && content.value.length, 10_000_000)
    })
  })
}

test('a message that is too long is refused for good: nobody asks to try again', async () => {
  const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' }
  const answer = await fetch(`${caller.url}/agents/counter/a2a/jsonrpc`, {
    method: 'POST',
    headers,
    body: JSON.stringify('x'.repeat(33 * 1024 * 1024)),
  })
  assert.equal(answer.headers.get('retry-after'), null)
  assert.deepEqual(
    [answer.status, ((await answer.json()) as { type: string }).type],
    [413, 'urn:vagus:problem:too-large'],
  )
})

describe('a message that is sent again', () => {
  const runs = async (): Promise<number> =>
    Number(textOf((await (await client('JSONRPC')).sendMessage(ask('runs'))) as Message))
  test('is executed once, and the retry gets the whole answer under its own JSON-RPC id', async () => {
    const before = await runs()
    const message = ask('count 20 5', 'same-id')
    const broken = new AbortController()
    const stream = (await client('JSONRPC')).sendMessageStream(message, { signal: broken.signal })
    await stream.next()
    await stream.next()
    broken.abort()
    await assert.rejects(async () => {
      for await (const event of stream) void event
    })
    const { told, take } = reader()
    for await (const event of (await client('JSONRPC')).sendMessageStream(message)) take(event)
    assert.deepEqual([told.text, told.state], [counted(20), TaskState.TASK_STATE_COMPLETED])
    assert.equal(await runs(), before + 2)
  })
  test('with other content is another message', async () => {
    const before = await runs()
    for (const text of ['hello', 'hello again']) await (await client('JSONRPC')).sendMessage(ask(text, 'same-id-2'))
    assert.equal(await runs(), before + 3)
  })
})

for (const Factory of [JsonRpcTransportFactory, RestTransportFactory]) {
  test(`who gives up a stream and subscribes to its task with resumingFetch gets every event once (${Factory.name})`, async () => {
    const transports = [new Factory({ fetchImpl: resumingFetch() })]
    const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
      transports,
      preferredTransports: [transports[0]!.protocolName],
    })
    const stock = await new ClientFactory(options).createFromUrl(`${caller.url}/agents/counter/`)
    const { told, take } = reader()
    const kinds: (string | undefined)[] = []
    const stop = new AbortController()
    const first = stock.sendMessageStream(ask('count 40 5'), { signal: stop.signal })
    await assert.rejects(async () => {
      for await (const event of first) {
        take(event)
        kinds.push(event.payload?.$case)
        if (told.text.startsWith(counted(15))) stop.abort()
      }
    })
    for await (const event of stock.resubscribeTask({ id: told.taskId, tenant: '' })) {
      take(event)
      kinds.push(event.payload?.$case)
    }
    assert.deepEqual([told.text, told.state], [counted(40), TaskState.TASK_STATE_COMPLETED])
    assert.equal(kinds.filter((kind) => kind === 'task').length, 1)
    assert.deepEqual(told.says, ['10 so far', '20 so far', '30 so far', '40 so far'])
  })
}

for (const binding of ['JSONRPC', 'HTTP+JSON'] as const) {
  test(`a stream over ${binding} goes on without loss or repetition when the serving side-car is killed, again and again`, async () => {
    const { told, take } = reader()
    const stream = (await client(binding)).sendMessageStream(ask('count 120 5'))
    let events = 0
    for await (const event of stream) {
      take(event)
      if (++events % 25 !== 20 || events > 100) continue
      served.kill()
      served = await sidecar(network, 'counter', { exposed: { a2a: url }, notes: join(folder, 'counter.sqlite') })
    }
    assert.equal(told.text, counted(120))
    assert.equal(told.state, TaskState.TASK_STATE_COMPLETED)
    assert.deepEqual(
      told.says,
      Array.from({ length: 12 }, (_, at) => `${at + 1}0 so far`),
    )
  })
}

test('a stream whose server was killed and forgot its task ends with the reason, however it is asked for again', async () => {
  let dying = await listening((_, response) => response.end())
  const { url: address } = dying
  const restart = async (): Promise<void> => {
    endServer(dying.server)
    dying = await listening(a2aApp(address), Number(new URL(address).port))
  }
  await restart()
  const mortal = await sidecar(network, 'mortal', { exposed: { a2a: address } })
  const options = ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
    transports: [new JsonRpcTransportFactory({ fetchImpl: resumingFetch() })],
  })
  const stock = await new ClientFactory(options).createFromUrl(`${caller.url}/agents/mortal/`)
  const { told, take } = reader()
  const began = performance.now()
  await assert.rejects(async () => {
    for await (const event of stock.sendMessageStream(ask('count 100 20'))) {
      take(event)
      if (told.text === counted(5)) await restart()
    }
  }, /urn:vagus:problem:interrupted/)
  assert.ok(performance.now() - began < 10_000)

  const url = `${caller.url}/agents/mortal/a2a/jsonrpc`
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'SendStreamingMessage',
    params: SendMessageRequest.toJSON(ask('count 100 20', 'mortal-1')),
  })
  const send = (fields: Record<string, string> = {}): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'a2a-version': '1.0', ...fields },
    })
  /** Of a stream that is cut. */
  const eventsOf = async ({ body: stream }: Response, after?: (text: string) => Promise<void>): Promise<string> => {
    let text = ''
    await assert.rejects(async () => {
      for await (const octets of stream!) {
        text += Buffer.from(octets).toString()
        await after?.(text)
      }
    })
    return text
  }
  let isKilled = false
  const first = await eventsOf(await send(), async (text) => {
    if (isKilled || !text.includes('"4 "')) return
    isKilled = true
    await restart()
  })
  assert.equal(await eventsOf(await send()), first, 'the same message again')
  const ids = [...first.matchAll(/^id: (.*)$/gm)].map(([, id]) => id!)
  const behind = await send({ 'last-event-id': ids.at(-1)! })
  assert.deepEqual(
    [behind.status, ((await behind.json()) as { type: string }).type],
    [502, 'urn:vagus:problem:interrupted'],
  )
  assert.equal(await eventsOf(await send({ 'last-event-id': ids.at(-2)! })), first.slice(first.lastIndexOf('id: ')))
  await mortal.close()
  endServer(dying.server)
})

test('a long stream that goes on after a kill soon needs no snapshot of the task for each part', async () => {
  const { told, take } = reader()
  let requests = 0
  const count = (): void => void requests++
  local.server.on('request', count)
  let late = 0
  let parts = 0
  for await (const event of (await client('JSONRPC')).sendMessageStream(ask('count 700 4'))) {
    take(event)
    if (event.payload?.$case === 'artifactUpdate' && ++parts === 20) {
      served.kill()
      served = await sidecar(network, 'counter', { exposed: { a2a: url }, notes: join(folder, 'counter.sqlite') })
    }
    if (late === 0 && told.says.length >= 60) late = requests
  }
  local.server.off('request', count)
  assert.deepEqual([told.text, told.state], [counted(700), TaskState.TASK_STATE_COMPLETED])
  assert.equal(told.says.length, 70)
  assert.ok(requests - late < 50, `${requests - late} requests for the last 100 parts and 10 statuses`)
})
