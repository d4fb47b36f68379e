/** What skills of the network say of sentences, proposals, incidents and questions. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import type { Proposal } from '@vagus/api/steering'
import fc from 'fast-check'
import { Breaker } from '../../src/a2a/skills/breaker.ts'
import { insightText } from '../../src/a2a/skills/insight-text.ts'
import { lineIn } from '../../src/a2a/skills/line-text.ts'
import { pace } from '../../src/incidents/incident-engine.ts'
import { artifactsIn, dataOf, type ShownEvent, stateOf, textOf } from './shown.ts'
import { boss, reader, TaskScene, writer } from './task-scene.ts'

const sites = ['berlin', 'munich', 'dc-east', 'Köln.2']

describe('a sentence about a line', () => {
  for (const [text, says] of [
    ['order 20 Mbit/s from berlin to munich for 1 h', { from: 'berlin', to: 'munich', bitsPerSecond: 20e6, for: '1h' }],
    [
      'a line of 1.5G from "Berlin" to DC-EAST, for 90 minutes.',
      { from: 'berlin', to: 'dc-east', bitsPerSecond: 1.5e9, for: '90m' },
    ],
    ['500 kbps from köln.2 to x with at most 5 ms', { from: 'Köln.2', to: 'x', bitsPerSecond: 5e5, maxDelayMs: 5 }],
    [
      'for 1.5 hours from munich starting 2026-11-28T05:00:00Z',
      { from: 'munich', for: '5400s', start: '2026-11-28T05:00:00Z' },
    ],
    ['give me a line', {}],
  ] as const)
    test(`"${text}"`, () => assert.deepEqual(lineIn(text, sites), says))

  test('has some meaning or none, whatever it is', () => {
    const word = fc.constantFrom('from', 'to', 'for', '20', 'Mbit/s', 'h', 'ms', '-', '1e9', 'berlin', '\n', '(', '20M')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          const { bitsPerSecond = 1, for: time = '1h', maxDelayMs = 1 } = lineIn(text, sites)
          assert.ok(Number.isFinite(bitsPerSecond) && Number.isFinite(maxDelayMs))
          assert.match(time, /^\d+[smhd]$/)
        },
      ),
    )
  })
})

const proposal = (id: string): Proposal => ({
  id,
  neighbour: 'transit',
  state: 'open',
  openedAt: '2026-11-28T02:00:00Z',
  endedAt: null,
  because: [],
  moves: [{ prefix: '10.1.0.0/16', bitsPerSecond: 1e9, from: 'a', to: 'b' }],
  classes: [],
  expected: [],
  rejected: [],
  outcome: null,
  approval: null,
})
const asProposal = { metadata: { request_type: 'steering-proposal' } }
const asApproval = { metadata: { request_type: 'steering-approval' } }

describe('a proposal', () => {
  function scene(): TaskScene {
    const one = new TaskScene()
    one.proposals.set('transit-7', proposal('transit-7'))
    one.lines.config.steering.agents = { lease: '30m', moves: 1, perHour: 1 }
    return one
  }

  test('is commented on, and the record says by whom, once', async () => {
    const one = scene()
    const more = { ...asProposal, messageId: 'c' }
    const data = { proposal: 'transit-7', comment: 'the backup ends at 04:00' }
    assert.equal(stateOf(await one.send(writer, [{ data }], more)), 'completed')
    await one.crash()
    await one.send(writer, [{ data }], more)
    const said = one.events.filter(({ event }) => event === 'steering.commented')
    assert.deepEqual(said.map(sentenceOf), ['writer says of proposal transit-7: the backup ends at 04:00'])
    assert.deepEqual(said[0]!.by, { kind: 'agent', id: writer, name: 'writer' })
  })

  test('waits for an approval that was asked for, whoever gives it, or ends without', async () => {
    const one = scene()
    const asked = await one.send(writer, [{ text: 'ask to approve transit-7: the link is full at 03:00' }])
    assert.deepEqual([stateOf(asked), textOf(asked)], ['input-required', 'transit-7 waits for an approval'])
    assert.match(
      sentenceOf(one.events.at(-1)!),
      /^writer asks to approve proposal transit-7: the link is full at 03:00;/,
    )
    const times = { at: '2026-11-28T03:00:00Z', until: '2026-11-28T04:00:00Z', endedAt: null, because: null }
    one.proposals.set('transit-7', {
      ...proposal('transit-7'),
      approval: { by: 'operator', state: 'in-force', leases: [], ...times },
    })
    await one.seconds(1)
    const done = await one.task(writer, asked.id)
    assert.deepEqual(
      [stateOf(done), textOf(done)],
      ['completed', 'transit-7 is approved by operator until 2026-11-28T04:00:00Z'],
    )
    one.proposals.set('transit-8', proposal('transit-8'))
    const other = await one.send(writer, [{ data: { proposal: 'transit-8', ask: 'approval' } }], asProposal)
    one.proposals.set('transit-8', { ...proposal('transit-8'), state: 'relieved' })
    await one.seconds(1)
    assert.equal(stateOf(await one.task(writer, other.id)), 'rejected')
  })

  test('is approved by a member within the bounds, never by the one who asked for it', async () => {
    const one = scene()
    await one.send(writer, [{ data: { proposal: 'transit-7', ask: 'approval' } }], asProposal)
    const own = await one.send(writer, [{ data: { proposal: 'transit-7' } }], asApproval)
    assert.match(textOf(own), /^writer asked for the approval of transit-7 itself/)
    const long = await one.send(boss, [{ data: { proposal: 'transit-7', seconds: 7200 } }], asApproval)
    assert.match(textOf(long), /longer than steering\.agents\.lease; up to 1800 s are possible/)
    assert.equal(one.approved.length, 0)
    const done = await one.send(boss, [{ text: 'approve transit-7' }])
    assert.equal(stateOf(done), 'completed', textOf(done))
    const approver = { kind: 'agent', id: boss, name: 'boss' }
    assert.deepEqual(one.approved, [{ id: 'transit-7', wish: { seconds: 1800, by: 'agent', approver, run: 'live' } }])
    one.proposals.set('transit-8', proposal('transit-8'))
    const often = await one.send(boss, [{ data: { proposal: 'transit-8' } }], asApproval)
    assert.match(textOf(often), /steering\.agents\.perHour allows 1$/)
  })

  test('is approved by nobody where the bounds are absent or too narrow, and only while it is open', async () => {
    const one = scene()
    one.proposals.set('transit-7', { ...proposal('transit-7'), moves: [0, 1].map(() => proposal('x').moves[0]!) })
    const wide = await one.send(boss, [{ data: { proposal: 'transit-7' } }], asApproval)
    assert.match(textOf(wide), /moves 2 prefixes; steering\.agents\.moves allows 1/)
    delete one.lines.config.steering.agents
    assert.match(
      textOf(await one.send(boss, [{ data: { proposal: 'transit-7' } }], asApproval)),
      /no "steering\.agents"/,
    )
    const unknown = await one.send(boss, [{ data: { proposal: 'transit-9' } }], asApproval)
    assert.equal(textOf(unknown), 'there is no proposal "transit-9"; open are transit-7')
  })
})

describe('incidents as a task', () => {
  const fails = (one: TaskScene, line: string): void =>
    one.tell({ event: 'line.stuck', subject: line, fields: { line, because: 'probes are lost', problem: 'no path' } })
  const incidentsOf = (events: readonly ShownEvent[]) => events.flatMap(artifactsIn)

  test('come as ietf-incident (draft-yang-nmrg-a2a-nm), each in the place of what was told of it', async () => {
    const one = new TaskScene()
    const params = { message: { messageId: 'i', role: 'ROLE_USER', parts: [{ text: 'follow incidents' }] } }
    const { events } = await one.stream(writer, 'SendStreamingMessage', params)
    fails(one, 'line-7')
    await one.seconds(4)
    const [artifact] = incidentsOf(events)
    const [text, data] = artifact!.parts
    assert.equal(text!.text, 'RAISED Line line-7 is degraded: probes are lost')
    assert.deepEqual(
      [data!.mediaType, data!.metadata],
      ['application/json', { yang_module: 'ietf-incident', revision: '2025-09-16' }],
    )
    const { occurrence_time: _, last_updated: __, ...incident } = data!.data!.incident!
    assert.deepEqual(incident, {
      name: 'Line line-7 is degraded: probes are lost',
      type: 'network_problem',
      incident_id: 'incident-1',
      service_instances: ['line-7'],
      domain: 'acme',
      priority: 'high',
      status: 'raised',
      probable_events: [{ event_id: '1', type: 'alarm' }],
      related_events: [{ event_id: '1', type: 'alarm' }],
    })
    one.tell({ event: 'line.released', subject: 'line-7', fields: { line: 'line-7', because: 'x' } })
    await one.seconds(pace.settle / 1000 + 2)
    const after = incidentsOf(events)
    assert.deepEqual(
      after.map((each) => [each.artifactId, dataOf(each).incident!.status]),
      [
        ['incident-1', 'raised'],
        ['incident-1', 'cleared'],
      ],
    )
  })

  test('are in the task itself, also after kill -9, those above the wanted priority, until its time is over', async () => {
    const one = new TaskScene()
    const follow = (data: object) => one.send(writer, [{ data }], { metadata: { request_type: 'incident' } })
    const [all, severe] = [await follow({ for: '1h' }), await follow({ least: 'critical' })]
    fails(one, 'line-7')
    await one.seconds(1)
    await one.crash() // what was held is known again
    await one.seconds(4)
    assert.equal((await one.task(writer, all.id)).artifacts?.[0]?.artifactId, 'incident-1')
    assert.equal((await one.task(writer, severe.id)).artifacts, undefined)
    const diagnosed = await one.send(reader, [{ data: { incident: { incident_id: 'incident-1' } } }], {
      metadata: { request_type: 'incident_diagnosis' },
    })
    assert.deepEqual([stateOf(diagnosed), diagnosed.artifacts?.length], ['completed', 1])
    assert.equal(
      textOf(await one.send(reader, [{ text: 'diagnose incident-9' }])),
      'there is no incident "incident-9"; open are incident-1',
    )
    one.lines.now += 3_600_000
    await one.seconds(1)
    assert.equal(stateOf(await one.task(writer, all.id)), 'completed')
    assert.match(textOf(await follow({ for: '90d' })), /must be 1s to 31d/)
  })

  test('are pushed to its agent, each change once, and no more after failures in a row', async () => {
    const one = new TaskScene()
    const push = { taskPushNotificationConfig: { url: 'vagus:writer/news', token: 'mine' } }
    const task = await one.send(writer, [{ text: 'follow incidents' }], { configuration: push })
    fails(one, 'line-7')
    await one.seconds(4)
    const news = one.posted.filter(({ event }) => event.artifactUpdate !== undefined)
    assert.deepEqual(
      news.map(({ agent, path, token }) => [agent, path, token]),
      [[writer, '/news', 'mine']],
    )
    await one.crash()
    one.takesPosts = false
    fails(one, 'line-8')
    await one.seconds(70)
    assert.match(one.reported.at(-1)!, /^writer takes no news of .*: answered 503$/)
    assert.equal((await one.task(writer, task.id)).metadata.push_paused?.length, 1)
    one.takesPosts = true
    const { id } = await one.call(writer, 'CreateTaskPushNotificationConfig', {
      taskId: task.id,
      url: `vagus:${writer}/again`,
    })
    fails(one, 'line-9')
    await one.seconds(4)
    assert.equal(one.posted.at(-1)!.path, '/again')
    const { configs } = await one.call<{ readonly configs: readonly object[] }>(
      writer,
      'ListTaskPushNotificationConfigs',
      { taskId: task.id },
    )
    assert.equal(configs.length, 2)
    await one.call(writer, 'DeleteTaskPushNotificationConfig', { taskId: task.id, id })
    await assert.rejects(one.call(writer, 'GetTaskPushNotificationConfig', { taskId: task.id, id }), /has no push/)
    await assert.rejects(one.call(reader, 'ListTaskPushNotificationConfigs', { taskId: task.id }), /no task/)
    for (const url of [
      'http://169.254.169.254/',
      'vagus:reader/x',
      'vagus:writer/../mcp',
      'vagus:writer',
      'vagus:writer/a?b',
    ])
      await assert.rejects(
        one.call(writer, 'CreateTaskPushNotificationConfig', { taskId: task.id, url }),
        /must be vagus:writer/,
      )
  })
})

describe('a question about traffic', () => {
  test('is answered in a sentence beside its figures', () => {
    const matrix = {
      names: ['a', 'b'],
      bitsPerSecond: [
        [0, 3e6],
        [1e6, 0],
      ],
    }
    assert.equal(insightText('matrix', matrix), '4.00 Mb/s in all; most, 3.00 Mb/s, from a to b')
    assert.equal(insightText('ipv6-share', { ipv4: [3e6, null], ipv6: [1e6, null] }), '25.0 % of the traffic is IPv6')
    assert.equal(insightText('ipv6-share', {}), 'no traffic was seen')
  })

  test('of an unknown kind is rejected with those that there are', async () => {
    const one = new TaskScene()
    const task = await one.send(writer, [{ data: { question: 'weather' } }])
    assert.deepEqual([stateOf(task), textOf(task).slice(0, 31)], ['rejected', 'there is no question "weather";'])
  })

  test('finds the circuit open after failures in a row, and closed by one success', () => {
    const breaker = new Breaker()
    for (let now = 0; now < 3; now++) {
      assert.equal(breaker.wait(now), 0)
      breaker.failed(now)
    }
    assert.equal(breaker.wait(3), 29_999)
    assert.equal(breaker.wait(30_002), 0)
    breaker.failed(30_002)
    assert.equal(breaker.wait(30_003), 29_999)
    breaker.succeeded()
    assert.equal(breaker.wait(30_003), 0)
  })
})
