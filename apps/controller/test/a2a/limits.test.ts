/** What one agent of the fleet can take away from the others: nothing. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lineIn } from '../../src/a2a/skills/line-text.ts'
import { artifactsIn, stateOf, textOf } from './shown.ts'
import { reader, TaskScene, writer } from './task-scene.ts'

/** Milliseconds: far more than it takes, and far less than a text that is searched again from each of its characters. */
const patience = 10_000
const quickly = (work: () => unknown, what: string): void => {
  const begun = performance.now()
  work()
  assert.ok(performance.now() - begun < patience, what)
}
const deep = (depth: number): object => (depth === 0 ? {} : { a: deep(depth - 1) })
const asLine = { metadata: { request_type: 'private-line' } }
const question = [{ data: { question: 'links' } }]

describe('what is said in a task', () => {
  test('takes no longer to read than it is long', () => {
    for (const part of ['1', '1.', '1 ', 'from ', 'for 1'])
      quickly(() => lineIn(part.repeat(131_072 / part.length), ['dc-east']), part)
  })

  test('has a length, in each message and in all', async () => {
    const one = new TaskScene()
    const texts = Array.from({ length: 9 }, () => ({ text: 'x'.repeat(1000) }))
    await assert.rejects(one.send(writer, texts, asLine), /texts of a message have at most 8192 characters/)
    const data = Array.from({ length: 3 }, () => ({ data: { from: 'x'.repeat(6000) } }))
    await assert.rejects(one.send(writer, data, asLine), /data of a message has at most 16384 characters/)
    await assert.rejects(one.send(writer, [{ data: deep(33) }], asLine), /at most 32 objects and lists/)
    const { id: taskId } = await one.send(writer, [{ text: 'a line' }], asLine)
    const more = (): Promise<unknown> => one.send(writer, [{ text: 'y'.repeat(8000) }], { taskId })
    for (let count = 0; count < 6; count++) await more()
    await assert.rejects(more(), /are longer than 49152 characters/)
  })
})

test('data that is deeper than any program can follow is refused, and nothing ends', async () => {
  const one = new TaskScene()
  const depth = 20_000
  const data = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const message = `{"messageId":"deep","role":"ROLE_USER","parts":[{"data":${data}}]}`
  const body = `{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":${message}}}`
  const headers = { 'vagus-agent': writer, 'a2a-version': '1.0', 'content-type': 'application/json' }
  const { error } = (await (await one.raw(headers, body)).json()) as { readonly error?: object }
  assert.ok(error !== undefined)
  assert.equal(stateOf(await one.send(writer, [{ text: 'follow incidents' }])), 'working')
})

describe('push configurations', () => {
  const create = (one: TaskScene, taskId: string, more: object): Promise<{ readonly id: string }> =>
    one.call(writer, 'CreateTaskPushNotificationConfig', { taskId, url: 'vagus:writer/news', ...more })

  test('have a short id, and a token that can be a header', async () => {
    const one = new TaskScene()
    const { id } = await one.send(writer, [{ text: 'follow incidents' }])
    await assert.rejects(create(one, id, { id: 'i'.repeat(257) }), /"id" has at most 256/)
    for (const token of ['t'.repeat(257), 'a\r\nx-other: 1', 'ü'])
      await assert.rejects(create(one, id, { token }), /"token" has at most 256 characters/)
    await create(one, id, { id: 'i'.repeat(256), token: 't'.repeat(256) })
  })

  test('are written down a few times a minute', async () => {
    const one = new TaskScene()
    const { id } = await one.send(writer, [{ text: 'follow incidents' }])
    for (let count = 0; count < 30; count++) await create(one, id, { id: 'same' })
    await assert.rejects(create(one, id, { id: 'same' }), /may change 30 push configurations a minute/)
    await assert.rejects(
      one.call(writer, 'DeleteTaskPushNotificationConfig', { taskId: id, id: 'same' }),
      /may change 30 push configurations a minute/,
    )
    await one.seconds(61)
    await create(one, id, { id: 'same' })
  })
})

describe('questions about traffic', () => {
  /** Questions are answered when it is called. */
  function held(one: TaskScene): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    one.answer = async () => {
      await promise
      return Response.json({ items: [] })
    }
    return resolve
  }

  test('of one agent wait for each other, whatever their priority, and those of others do not', async () => {
    const one = new TaskScene()
    let asked = 0
    const answer = held(one)
    const before = one.answer
    one.answer = () => (asked++, before())
    const urgent = { metadata: { request_type: 'insight', priority: 'critical' } }
    for (let count = 0; count < 5; count++) await one.send(writer, question, urgent)
    assert.equal(asked, 1)
    const other = await one.send(reader, question, { metadata: { request_type: 'insight', priority: 'low' } })
    assert.equal(asked, 2)
    answer()
    await one.seconds(1)
    assert.equal(stateOf(await one.task(reader, other.id)), 'completed')
  })

  test('that are cancelled wait no more, so that any number of them keeps nobody waiting', async () => {
    const one = new TaskScene()
    let asked = 0
    const answer = held(one)
    const before = one.answer
    one.answer = () => (asked++, before())
    for (let count = 0; count < 20; count++) {
      const { id } = await one.send(writer, question)
      await one.call(writer, 'CancelTask', { id })
    }
    answer()
    await one.seconds(1)
    assert.ok(asked <= 2, `${asked} were asked of the store`)
    assert.equal(stateOf(await one.send(writer, question)), 'completed')
  })
})

test('streams and waits of one agent leave room for those of others', async () => {
  const one = new TaskScene()
  const { id } = await one.send(writer, [{ text: 'follow incidents' }])
  const opened: string[] = []
  for (let count = 0; count < 300; count++)
    await one.stream(writer, 'SubscribeToTask', { id }).then(
      () => opened.push('stream'),
      () => undefined,
    )
  assert.ok(opened.length > 0 && opened.length <= 128, `${opened.length} streams`)
  const other = await one.send(reader, [{ text: 'follow incidents' }])
  const { events } = await one.stream(reader, 'SubscribeToTask', { id: other.id })
  await one.settled()
  assert.equal(events.length, 1)
  assert.deepEqual(events.flatMap(artifactsIn), [])
})

test('agents approve no more than the bound when they do so at once', async () => {
  const one = new TaskScene()
  one.lines.config.steering.agents = { lease: '30m', moves: 1, perHour: 1 }
  for (const [id, neighbour] of [
    ['transit-7', 'transit'],
    ['peer-3', 'peer'],
  ] as const)
    one.proposals.set(id, {
      id,
      neighbour,
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
  const { promise, resolve } = Promise.withResolvers<void>()
  one.approving = promise
  const first = await one.send(writer, [{ text: 'approve transit-7' }])
  const second = await one.send(reader, [{ text: 'approve peer-3' }])
  resolve()
  await one.settled()
  assert.equal(stateOf(await one.task(writer, first.id)), 'completed')
  assert.match(textOf(await one.task(reader, second.id)), /perHour allows 1$/)
  assert.equal(one.approved.length, 1)
})
