/**
 * The network as an A2A agent: programs with the stock A2A SDK, their side-cars, sessions, the controller with its side-car,
 * and the agents of four routers. Each a process of its own, but for the routers.
 */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import { json as jsonOf } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import {
  CancelTaskRequest,
  GetTaskRequest,
  SendMessageRequest,
  type StreamResponse,
  StreamResponse as Responses,
  SubscribeToTaskRequest,
  Task,
} from '@a2a-js/sdk'
import { type Client, ClientFactory } from '@a2a-js/sdk/client'
import type { AgentList, EventList } from '@vagus/api'
import type { LineResource } from '@vagus/api/lines'
import { eventually } from '../../../scripts/eventually.ts'
import { dataSets, message, templateSet } from '../../controller/test/support/ipfix.ts'
import {
  artifactsIn,
  dataOf,
  type ShownEvent,
  type ShownTask,
  stateOf,
  textOf,
} from '../../controller/test/a2a/shown.ts'
import { started, vagus } from '../../sidecar/test/started.ts'
import { LineFleet } from './line-fleet.ts'

const policies = `
@id("all") permit (principal, action, resource);
@id("planners order lines")
forbid (principal, action == Action::"a2a", resource) when { context has skill && context.skill == "private-line" }
  unless { principal in Role::"planner" };
`
const wish = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 10e6, for: '30m' }
let fleet: LineFleet
const pushed: { readonly token: unknown; readonly event: StreamResponse }[] = []
const receiver = createServer((request, response) => {
  if (request.method !== 'POST') response.writeHead(404).end() // its side-car looks for a card
  else
    void jsonOf(request).then((event) => {
      pushed.push({ token: request.headers['x-a2a-notification-token'], event: Responses.fromJSON(event) })
      response.writeHead(204).end()
    })
})

/** Where the controller has just begun again, its side-car finds it a little later. */
const clientOf = (name: string): Promise<Client> =>
  eventually('the card of the network is there', () =>
    new ClientFactory().createFromUrl(`${fleet.agentsOf(name)}network/`),
  )

let messages = 0
function asking(parts: readonly object[], metadata: object = {}, message: object = {}) {
  const own = { messageId: `m-${++messages}`, role: 'ROLE_USER', parts, ...message }
  return SendMessageRequest.fromJSON({ message: own, metadata })
}

/** What a stream says: states with their texts, and artifacts by their names. */
class Follower {
  readonly seen: { readonly state: string; readonly text: string }[] = []
  readonly artifacts: ReturnType<typeof artifactsIn>[number][] = []
  id = ''
  readonly ended: Promise<void>

  constructor(stream: AsyncIterable<StreamResponse>) {
    this.ended = this.#read(stream)
    this.ended.catch(() => undefined)
  }

  get states(): readonly string[] {
    return this.seen.map(({ state }) => state)
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    await eventually(() => `${what}; seen ${JSON.stringify(this.seen)}`, holds)
  }

  async #read(stream: AsyncIterable<StreamResponse>): Promise<void> {
    for await (const one of stream) {
      const event = Responses.toJSON(one) as ShownEvent
      this.id = event.task?.id ?? this.id
      const said = event.task ?? event.statusUpdate
      if (said !== undefined) this.seen.push({ state: stateOf(said), text: textOf(said) })
      this.artifacts.push(...artifactsIn(event))
    }
  }
}

async function follow(name: string, request: SendMessageRequest): Promise<Follower> {
  return new Follower((await clientOf(name)).sendMessageStream(request))
}

async function answered(name: string, request: SendMessageRequest) {
  const answer = await (await clientOf(name)).sendMessage(request)
  assert.ok('status' in answer, JSON.stringify(answer))
  const task = Task.toJSON(answer) as ShownTask
  return { ...task, state: stateOf(task), text: textOf(task) }
}

function withPush(request: SendMessageRequest, url: string): SendMessageRequest {
  const configuration = { taskPushNotificationConfig: { url, token: 'mine' } }
  return SendMessageRequest.fromJSON({ ...(SendMessageRequest.toJSON(request) as object), configuration })
}

before(async () => {
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  const { port } = receiver.address() as { readonly port: number }
  fleet = await LineFleet.open({
    members: { writer: ['planner'], reader: ['reader'] },
    policies,
    bounds: { rate: 20e6, for: '1h', each: 3, sites: 'any' },
    more: { flow: { silentAfter: '1s' } },
  })
  await Promise.all([
    fleet.join('writer', '10.1.0.7', ['--a2a', `http://127.0.0.1:${port}`, '--listen', 'udp://127.0.0.1:0']),
    fleet.join('reader', '10.2.0.7'),
  ])
})
after(async () => {
  await fleet.close()
  receiver.close()
})

describe('the network as an A2A agent', { concurrency: false, timeout: 300_000 }, () => {
  test('is found by its skills, and its card tells no address of its host', async () => {
    await eventually('its skills are on the list', async () => {
      const { items } = await fleet.json<AgentList>('/v1/agents?skill=private-line')
      return items.some(({ name }) => name === 'network')
    })
    const card = await (await fetch(`${fleet.agentsOf('reader')}network/.well-known/agent-card.json`)).text()
    assert.ok(card.includes(`${fleet.agentsOf('reader')}network/a2a`), card)
    const answer = await fetch(`${fleet.agentsOf('reader')}network/a2a`, { method: 'GET' })
    assert.equal(answer.status, 405)
    assert.doesNotMatch(fleet.controller.text(), /\/a2a/)
  })

  test('orders a line as a task, with its proof, once for a message', async (t) => {
    const began = performance.now()
    const request = asking([{ data: wish }], { request_type: 'private-line', priority: 'high' })
    const one = await follow('writer', request)
    await one.ended
    t.diagnostic(`from the message to an active line ${Math.round(performance.now() - began)} ms`)
    assert.deepEqual(one.states, ['submitted', 'working', 'completed'])
    assert.deepEqual([...new Set(one.artifacts.map(({ name }) => name))], ['line', 'proof'])
    const line = dataOf(one.artifacts[0]!).line!
    assert.equal((await fleet.lineOf(line)).by.name, 'writer')
    assert.match(one.artifacts.at(-1)!.parts[0]!.text!, /^[\w-]+\.[\w-]+\.[\w-]+$/)
    const again = await answered('writer', request)
    assert.deepEqual([again.id, again.state], [one.id, 'completed'])
    const released = await answered('writer', asking([{ text: `release ${line}` }]))
    assert.deepEqual([released.state, (await fleet.lineOf(line)).state], ['completed', 'released'])
  })

  test('is given a task from the terminal, as a sentence or as data', async () => {
    const typed = async (...words: readonly string[]) => {
      const one = started(
        process.execPath,
        [vagus, 'agent', 'call', 'network', ...words, '--side-car', fleet.agentsOf('writer')],
        {},
      )
      return { exit: await one.exit, text: one.text() }
    }
    const order = await typed('order 5 Mbit/s from dc-east to dc-west for 5 min')
    assert.equal(order.exit, 0, order.text)
    assert.match(order.text, /network: submitted\n[^]*network: artifact line\n[^]*line-2 is there: 5 Mbit\/s/)
    const release = await typed('--skill', 'private-line', 'release=line-2')
    assert.deepEqual([release.exit, (await fleet.lineOf('line-2')).state], [0, 'released'], release.text)
  })

  test('says what a sentence lacks, and goes on with the next one', async () => {
    const first = await answered('writer', asking([{ text: 'order a line from DC-East to dc-west' }]))
    assert.equal(first.state, 'input-required')
    assert.match(first.text, /bits per second.*for how long/)
    const more = { taskId: first.id, contextId: first.contextId }
    const second = await answered('writer', asking([{ text: '10 Mbit/s for 5 min' }], {}, more))
    assert.deepEqual([second.id, second.state], [first.id, 'completed'])
    await answered('writer', asking([{ data: { release: dataOf(second.artifacts![0]!).line } }]))
  })

  test('is refused to other roles, whatever they say of themselves', async () => {
    const forged = {
      request_type: 'private-line',
      'vagus-agent': fleet.members[1]!.id,
      by: 'operator',
      role: 'planner',
    }
    await assert.rejects(
      (await clientOf('reader')).sendMessage(asking([{ data: wish }], forged)),
      /planners order lines/,
    )
    const text = asking([{ text: 'order 10 Mbit/s from dc-east to dc-west for 30m' }], { by: 'operator' })
    await assert.rejects((await clientOf('reader')).sendMessage(text), /planners order lines/)
    const { items } = await fleet.json<EventList>('/v1/events?topics=line')
    assert.ok(items.every(({ by }) => by?.name !== 'reader'))
  })

  test('shows a task to its agent alone, and cancels it with all that it began', async () => {
    const later = { ...wish, start: new Date(Date.now() + 600_000).toISOString() }
    const one = await follow('writer', asking([{ data: later }], { request_type: 'private-line' }))
    await one.until(() => one.states.includes('working'), 'it is booked')
    const other = await clientOf('reader')
    await assert.rejects(other.getTask(GetTaskRequest.fromJSON({ id: one.id })), /no task/)
    await assert.rejects(other.cancelTask(CancelTaskRequest.fromJSON({ id: one.id })), /no task/)
    const line = /line-\d+/.exec(one.seen.at(-1)!.text)![0]
    const canceled = await (await clientOf('writer')).cancelTask(CancelTaskRequest.fromJSON({ id: one.id }))
    assert.equal(stateOf(Task.toJSON(canceled) as ShownTask), 'canceled')
    await one.ended
    assert.deepEqual([one.states.at(-1), (await fleet.lineOf(line)).state], ['canceled', 'released'])
  })

  test('keeps a deadline, and rejects one that is over', async () => {
    const until = (milliseconds: number) => ({
      request_type: 'private-line',
      response_deadline: new Date(Date.now() + milliseconds).toISOString(),
    })
    const late = await answered('writer', asking([{ data: wish }], until(-1000)))
    assert.deepEqual(
      [late.state, late.text],
      ['rejected', 'its response_deadline was over when it came; nothing was begun'],
    )
    const waits = await follow('writer', asking([{ data: { ...wish, bitsPerSecond: 30e6 } }], until(800)))
    await waits.ended
    assert.deepEqual([waits.states.at(-1), waits.states.includes('input-required')], ['failed', true])
    assert.match(waits.seen.at(-1)!.text, /^its response_deadline of .* passed/)
  })

  test('pushes to its own agent alone', async () => {
    for (const url of ['http://127.0.0.1:9/', 'https://example.com/', 'vagus:reader/news', 'vagus:writer/../x']) {
      const request = asking([{ text: 'follow incidents' }])
      const pushing = withPush(request, url)
      await assert.rejects((await clientOf('writer')).sendMessage(pushing), /must be vagus:writer\/PATH/, url)
    }
  })

  test('tells a storm as one incident and waits for its operator, over kill -9, nothing lost and nothing twice', async () => {
    const news = await follow('writer', withPush(asking([{ text: 'follow incidents' }]), 'vagus:writer/news'))
    await news.until(() => news.states.includes('working'), 'it follows')
    const request = asking([{ data: { ...wish, bitsPerSecond: 30e6 } }], { request_type: 'private-line' })
    const order = await follow('writer', request)
    await order.until(() => order.states.includes('input-required'), 'it waits for the operator')
    assert.match(order.seen.at(-1)!.text, /30 Mbit\/s is above lines\.agents\.rate$/)
    const line = /line-\d+/.exec(order.seen.at(-1)!.text)![0]
    const [, flows] = /flows: udp 127\.0\.0\.1:(\d+)/.exec(fleet.controller.text())!
    for (let at = 11; at < 15; at++) await send(`127.0.0.${at}`, Number(flows))
    // A session that was silent for a moment, as on a busy machine, is an incident, too.
    const stormIn = () =>
      news.artifacts.find((one) => dataOf(one).incident!.name.startsWith('Several exporters fell silent at once'))
    await news.until(() => stormIn() !== undefined, 'the storm comes as one incident')
    const storm = stormIn()
    assert.deepEqual([dataOf(storm!).incident!.status, dataOf(storm!).incident!.related_events.length], ['raised', 4])

    await fleet.killController()
    await fleet.startController()
    const asked = clientOf('writer') // so that its side-car looks for the controller
    await fleet.startRouters()
    await asked
    const approval = { method: 'POST', headers: fleet.asOperator }
    assert.equal((await fleet.json<LineResource>(`/v1/lines/${line}/approval`, approval)).state, 'active')
    await order.ended
    assert.deepEqual(
      order.states.filter((state) => state !== 'working'),
      ['submitted', 'input-required', 'completed'],
    )
    assert.equal(order.artifacts.filter(({ name }) => name === 'line').length, 1)
    assert.equal((await answered('writer', request)).id, order.id)

    const back = new Follower(
      (await clientOf('writer')).resubscribeTask(SubscribeToTaskRequest.fromJSON({ id: news.id })),
    )
    await back.until(() => back.artifacts.length > 0, 'it is there after kill -9')
    // Beside it there is one now of the session that was lost.
    const ofExporters = ({ artifacts }: Follower) =>
      artifacts.flatMap((one) => (/export/.test(dataOf(one).incident!.name) ? [one] : []))
    for (const reader of [news, back]) {
      const ids = new Set(ofExporters(reader).map(({ artifactId }) => artifactId))
      assert.deepEqual([...ids], [storm!.artifactId], JSON.stringify(reader.artifacts))
      const raised = ofExporters(reader).filter((one) => dataOf(one).incident!.status === 'raised')
      assert.equal(raised.length, 1, JSON.stringify(reader.artifacts))
    }
    await eventually('it is pushed', () =>
      pushed.some(({ token, event }) => token === 'mine' && JSON.stringify(event).includes(storm!.artifactId)),
    )
    await (await clientOf('writer')).cancelTask(CancelTaskRequest.fromJSON({ id: news.id }))
    await Promise.all([news.ended, back.ended])
    assert.deepEqual([news.states.at(-1), back.states.at(-1)], ['canceled', 'canceled'])
  })

  test('answers a question, and says what it can do to who asks for something else', async () => {
    const insight = await answered('reader', asking([{ data: { question: 'matrix' } }], { request_type: 'insight' }))
    assert.equal(insight.state, 'completed', insight.text)
    assert.ok(Array.isArray(dataOf(insight.artifacts![0]!).names))
    const help = await (await clientOf('reader')).sendMessage(asking([{ text: 'sing' }]))
    assert.ok('parts' in help && JSON.stringify(help).includes('follow incidents'))
    const none = asking([{ data: { proposal: 'transit-7', comment: 'x' } }], { request_type: 'steering-proposal' })
    assert.match((await answered('reader', none)).text, /^there is no proposal "transit-7"; none is open$/)
  })
})

async function send(from: string, port: number): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>((done) => socket.bind(0, from, done))
  const flow = { src: '10.1.0.1', dst: '10.2.0.1', octets: 1000, end: Date.now() }
  const octets = message(0, Date.now(), templateSet(), dataSets([flow]))
  await new Promise((done) => socket.send(octets, port, '127.0.0.1', done))
  socket.close()
}
