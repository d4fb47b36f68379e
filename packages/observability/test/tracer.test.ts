import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ExportedSpan, maxSpanEvents, readSampler } from '@vagus/signals'
import { currentSpan, during, within } from '../src/current-span.ts'
import { Tracer } from '../src/index.ts'

function tracer(sampler = 'parentbased_always_on') {
  const taken: ExportedSpan[] = []
  const decide = readSampler(sampler)
  assert.ok(typeof decide === 'function')
  const scope = { name: 'test', version: '1' }
  const made = new Tracer({ sampler: decide, scope, agents: 'names', take: (span) => void taken.push(span) })
  return { tracer: made, taken }
}
const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('a span', () => {
  test('belongs to the trace of its parent, and begins one without', () => {
    const { tracer: made, taken } = tracer()
    const below = made.begin({ name: 'a', kind: 'server', parent, tracestate: 'v=1' })
    below.child('b', 'client').end()
    below.end()
    made.begin({ name: 'c', kind: 'client', parent: 'no traceparent', tracestate: 'v=1' }).end()
    const [b, a, c] = taken
    assert.deepEqual(
      [a!.traceId, a!.parent, a!.tracestate],
      [parent.slice(3, 35), { spanId: parent.slice(36, 52), place: 'elsewhere' }, 'v=1'],
    )
    assert.deepEqual([b!.traceId, b!.parent], [a!.traceId, { spanId: a!.spanId, place: 'here' }])
    assert.notEqual(c!.traceId, a!.traceId)
    assert.deepEqual([c!.parent, c!.tracestate], [undefined, undefined])
  })
  test('that is not sampled passes that on, and is not told', () => {
    const { tracer: made, taken } = tracer()
    const span = made.begin({ name: 'a', kind: 'server', parent: parent.replace(/01$/, '00') })
    assert.match(span.traceparent, /-00$/)
    span.child('b', 'client').end()
    span.end()
    assert.deepEqual(taken, [])
  })
  test('goes on after the end of its process with the same ids, its events and its beginning', () => {
    const { tracer: made, taken } = tracer()
    const before = made.begin({ name: 'a', kind: 'client', from: 1000 })
    before.event('one')
    const after = made.resume(JSON.parse(JSON.stringify(before.data)) as typeof before.data)
    after.event('two')
    after.end('it broke')
    const [told] = taken
    assert.deepEqual(
      [told!.spanId, told!.from, told!.status],
      [before.context.spanId, 1000, { code: 'error', message: 'it broke' }],
    )
    assert.deepEqual(
      told!.events.map(({ name }) => name),
      ['one', 'two'],
    )
  })
  test(`has ${maxSpanEvents} events at most, says how many more there were, and ends once`, () => {
    const { tracer: made, taken } = tracer()
    const span = made.begin({ name: 'a', kind: 'client' })
    for (let at = 0; at < maxSpanEvents + 3; at++) span.event('e')
    span.end()
    span.event('late')
    span.end('again')
    assert.deepEqual([taken.length, taken[0]!.events.length, taken[0]!.moreEvents], [1, maxSpanEvents, 3])
  })
})

test('what promises and timers lead to belongs to the span within which they were begun', async () => {
  const { tracer: made, taken } = tracer()
  assert.equal(currentSpan(), undefined)
  const span = made.begin({ name: 'a', kind: 'server' })
  await during(span, async () => {
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(currentSpan(), span)
    within(undefined, () => assert.equal(currentSpan(), undefined))
  })
  assert.equal(currentSpan(), undefined)
  const failing = made.begin({ name: 'b', kind: 'server' })
  await assert.rejects(
    during(failing, async () => Promise.reject(new RangeError('"from" must be a time, got "secret"'))),
  )
  assert.deepEqual(
    taken.map(({ status }) => status),
    [{ code: 'unset' }, { code: 'error' }],
  )
  assert.deepEqual(taken[1]!.attributes, { 'error.type': 'RangeError' }, 'and not what was asked')
})
