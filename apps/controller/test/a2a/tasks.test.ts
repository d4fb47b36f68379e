/** Tasks of the network, with lines in virtual time. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { maxOpenOfOne } from '../../src/a2a/task-book.ts'
import { artifactsIn, dataOf, type ShownTask, stateOf, textOf } from './shown.ts'
import { order, reader, TaskScene, writer } from './task-scene.ts'

interface Page {
  readonly tasks: readonly ShownTask[]
  readonly nextPageToken: string
  readonly totalSize: number
}
const asLine = { metadata: { request_type: 'private-line' } }

describe('a task of the network', () => {
  test('orders a line, and is done when it is there', async () => {
    const one = new TaskScene()
    const task = await one.send(writer, [{ data: order }], asLine)
    assert.equal(stateOf(task), 'completed')
    assert.match(textOf(task), /^line-1 is there: 10 Mbit\/s from dc-east to dc-west until /)
    assert.deepEqual(
      task.artifacts?.map(({ name }) => name),
      ['line', 'proof'],
    )
    assert.equal(task.artifacts?.map(dataOf)[0]?.line, 'line-1')
    assert.deepEqual(task.metadata, { request_type: 'private-line', priority: 'medium' })
  })

  test('is one for a message, over kill -9 at any time, and another message with its id is an error', async () => {
    const one = new TaskScene()
    const more = { ...asLine, messageId: 'mine' }
    const first = await one.send(writer, [{ data: order }], more)
    await one.crash()
    assert.equal((await one.send(writer, [{ data: order }], more)).id, first.id)
    assert.equal(one.lines.book.all.length, 1)
    await assert.rejects(one.send(writer, [{ text: 'another' }], more), /came with other parts/)
    assert.notEqual((await one.send(reader, [{ text: 'follow incidents' }], { messageId: 'mine' })).id, first.id)
  })

  test('that was cut off before its line was noted has just one line afterwards', async () => {
    const one = new TaskScene()
    const { messageId } = { messageId: 'cut' }
    const params = {
      message: { messageId, role: 'ROLE_USER', parts: [{ data: order }] },
      configuration: { returnImmediately: true },
    }
    one.tasks.room = 1 // the line is ordered, and the task cannot say so any more
    const { task } = await one.call<{ readonly task: ShownTask }>(writer, 'SendMessage', params)
    await one.settled()
    await one.seconds(2) // it is tried again, and orders nothing more
    assert.equal(one.lines.book.all.length, 1)
    assert.equal(stateOf(await one.task(writer, task.id)), 'submitted')
    await one.crash()
    one.tasks.room = Infinity
    await one.seconds(1)
    assert.equal(one.lines.book.all.length, 1)
    assert.equal(stateOf(await one.task(writer, task.id)), 'completed')
  })

  test('is rejected with what would be possible where the network has no room', async () => {
    const one = new TaskScene()
    const task = await one.send(writer, [{ data: { ...order, bitsPerSecond: 500e6 } }], asLine)
    assert.equal(stateOf(task), 'rejected')
    assert.match(textOf(task), /; .* is possible$/)
  })

  test('waits for the operator beyond the bounds, and ends as that one says', async () => {
    const one = new TaskScene()
    const ask = (messageId: string) =>
      one.send(writer, [{ data: { ...order, bitsPerSecond: 30e6 } }], { ...asLine, messageId })
    const [yes, no] = [await ask('yes'), await ask('no')]
    assert.deepEqual([stateOf(yes), stateOf(no)], ['input-required', 'input-required'])
    assert.equal(textOf(yes), 'line-1 waits for the operator of the network: 30 Mbit/s is above lines.agents.rate')
    await assert.rejects(one.send(writer, [{ text: 'please' }], { taskId: yes.id }), /waits for nothing from you/)
    await one.crash()
    await one.lines.desk.release('line-2')
    await one.lines.desk.approve('line-1')
    await one.settled()
    const [after, refused] = [await one.task(writer, yes.id), await one.task(writer, no.id)]
    assert.deepEqual([stateOf(after), stateOf(refused)], ['completed', 'rejected'])
    assert.equal(textOf(refused), 'line-2 has ended: the operator refused it')
  })

  test('asks for what a sentence lacks, and takes it from the next one', async () => {
    const one = new TaskScene()
    const first = await one.send(writer, [{ text: 'order a line from DC-East to dc-west' }])
    assert.equal(stateOf(first), 'input-required')
    assert.equal(
      textOf(first),
      'The order lacks how many bits per second (bitsPerSecond), for how long, such as 1h (for). Say it in another message for this task.',
    )
    const { events, ended } = await one.stream(writer, 'SubscribeToTask', { id: first.id })
    await ended // nothing comes before its caller says more
    assert.equal(events.length, 1)
    const second = await one.send(writer, [{ text: '5 Mbit/s for 45 min' }], { taskId: first.id })
    assert.deepEqual([second.id, stateOf(second)], [first.id, 'completed'])
    const { wish } = one.lines.book.find('line-1')!
    assert.deepEqual([wish.bitsPerSecond, wish.end - wish.start], [5e6, 45 * 60_000])
  })

  test('is told that the network has no lines, where it has none', async () => {
    const one = new TaskScene({}, 'no lines')
    const { message } = await one.send(writer, [{ text: 'order 20 Mbit/s from dc-east to dc-west for 1 h' }])
    assert.match(message!.parts[0]!.text!, /no orders for private lines: its vagus\.yaml has no "lines"/)
    await assert.rejects(
      one.send(writer, [{ data: order }], asLine),
      /no request_type "private-line" .* has no "lines"$/,
    )
  })

  test('is answered with examples where it is not clear what is wanted', async () => {
    const one = new TaskScene()
    const { message } = await one.send(writer, [{ text: 'sing' }])
    assert.match(message!.parts[0]!.text!, /order 20 Mbit\/s from dc-east/)
    await assert.rejects(
      one.send(writer, [{ text: 'x' }], { metadata: { request_type: 'song' } }),
      /no request_type "song"/,
    )
    const wrong = { metadata: { request_type: 'private-line', priority: 'now' } }
    await assert.rejects(
      one.send(writer, [{ data: order }], wrong),
      /"priority" must be one of low, medium, high, critical/,
    )
    const unknown = await one.send(writer, [{ data: { ...order, colour: 'red' } }], asLine)
    assert.equal(stateOf(unknown), 'rejected')
    assert.match(textOf(unknown), /colour: is not known here/)
  })

  test('is cancelled with its line, by its agent alone', async () => {
    const one = new TaskScene()
    const later = { ...order, start: new Date(one.now + 600_000).toISOString() }
    const task = await one.send(writer, [{ data: later }], asLine)
    assert.deepEqual([stateOf(task), textOf(task).slice(0, 16)], ['working', 'line-1 is booked'])
    for (const method of ['GetTask', 'CancelTask', 'SubscribeToTask'])
      await assert.rejects(one.call(reader, method, { id: task.id }), /there is no task/, method)
    const canceled = await one.call(writer, 'CancelTask', { id: task.id })
    assert.deepEqual([stateOf(canceled), one.lines.line().state], ['canceled', 'released'])
    assert.equal(stateOf(await one.call(writer, 'CancelTask', { id: task.id })), 'canceled')
    const done = await one.send(writer, [{ data: order }], asLine)
    await assert.rejects(one.call(writer, 'CancelTask', { id: done.id }), /is completed/)
    const released = await one.send(writer, [{ text: 'release line-2' }])
    assert.deepEqual([stateOf(released), one.lines.line('line-2').state], ['completed', 'released'])
  })

  test('fails at its deadline, with its line undone', async () => {
    const one = new TaskScene()
    const by = (milliseconds: number) => ({
      metadata: { request_type: 'private-line', response_deadline: new Date(one.now + milliseconds).toISOString() },
    })
    assert.equal(stateOf(await one.send(writer, [{ data: order }], by(-1))), 'rejected')
    const task = await one.send(writer, [{ data: { ...order, bitsPerSecond: 30e6 } }], by(5000))
    await one.seconds(4)
    assert.equal(stateOf(await one.task(writer, task.id)), 'input-required')
    await one.seconds(2)
    const after = await one.task(writer, task.id)
    assert.deepEqual([stateOf(after), one.lines.line().state], ['failed', 'released'])
    assert.match(textOf(after), /^its response_deadline of .* passed before it was done/)
  })

  test('is refused where the policies of the fleet refuse the skill, also one that a text only means', async () => {
    const one = new TaskScene()
    one.refused.set(`${reader} private-line`, 'forbidden by "planners"')
    const sentence = [{ text: 'order 10 Mbit/s from dc-east to dc-west for 30m' }]
    await assert.rejects(
      one.send(reader, sentence, { metadata: { by: 'operator', roles: 'planner' } }),
      /forbidden by "planners"/,
    )
    await assert.rejects(one.send(reader, [{ data: order }], asLine), /forbidden/)
    assert.equal(one.lines.book.all.length, 0)
  })

  test('is nobody’s where nobody says who asks, and ends when its agent is barred', async () => {
    const one = new TaskScene()
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ListTasks', params: {} })
    for (const agent of ['', 'writer', `${writer}, ${reader}`])
      assert.equal((await one.raw({ 'vagus-agent': agent, 'a2a-version': '1.0' }, body)).status, 403)
    const old = await (await one.raw({ 'vagus-agent': writer }, body)).json()
    assert.equal((old as { error: { code: number } }).error.code, -32009)
    const task = await one.send(writer, [{ text: 'follow incidents' }])
    one.lines.bar(writer, 'writer is in quarantine')
    await one.seconds(1)
    assert.equal((await one.raw({ 'vagus-agent': writer, 'a2a-version': '1.0' }, body)).status, 403)
    assert.equal(one.desk.book.find(task.id)?.state, 'failed')
  })

  test('is among so many that an agent may have, and is found in pages', async () => {
    const one = new TaskScene()
    for (let count = 0; count < maxOpenOfOne; count++) await one.send(writer, [{ text: 'follow incidents' }])
    await assert.rejects(one.send(writer, [{ text: 'follow incidents' }]), /as many as an agent may have/)
    const seen: string[] = []
    for (let pageToken = ''; ;) {
      const page = await one.call<Page>(writer, 'ListTasks', { pageSize: 5, pageToken })
      seen.push(...page.tasks.map(({ id }) => id))
      assert.equal(page.totalSize, maxOpenOfOne)
      pageToken = page.nextPageToken
      if (pageToken === '') break
    }
    assert.equal(new Set(seen).size, maxOpenOfOne)
    assert.deepEqual((await one.call<Page>(reader, 'ListTasks', {})).tasks, [])
    const working = await one.call<Page>(writer, 'ListTasks', { status: 'TASK_STATE_COMPLETED' })
    assert.equal(working.totalSize, 0)
  })

  test('says every status to a stream, whenever it is read', async () => {
    const one = new TaskScene()
    const params = { message: { messageId: 's', role: 'ROLE_USER', parts: [{ data: order }] } }
    const { events, ended } = await one.stream(writer, 'SendStreamingMessage', params)
    await ended
    const kinds = events.map((event) => Object.keys(event)[0])
    assert.equal(kinds[0], 'task')
    const states = events.flatMap(({ statusUpdate }) => (statusUpdate === undefined ? [] : [stateOf(statusUpdate)]))
    assert.equal(states.at(-1), 'completed')
    assert.equal(events.flatMap(artifactsIn).length, 2)
  })
})
