import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Tracer } from '@vagus/observability'
import type { ExportedSpan, SpanData } from '@vagus/signals'
import { CallMeters } from '../../src/observed/call-meters.ts'
import { CallObserver, carrying, passedOn } from '../../src/observed/call-observer.ts'
import type { HeaderFields } from '../../src/wire/header-fields.ts'
import type { RequestHead } from '../../src/wire/http-exchange.ts'
import { problemOf } from '../../src/wire/problem.ts'

const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const head = (headers: HeaderFields = [], more: Partial<RequestHead> = {}): RequestHead => ({
  method: 'GET',
  target: '/',
  headers,
  speech: 'http',
  ...more,
})

function observer(agents: 'names' | 'ids' | 'nobody' = 'names', kept = new Map<string, SpanData>()) {
  const spans: ExportedSpan[] = []
  const scope = { name: 'test', version: '1' }
  const take = (span: ExportedSpan): void => void spans.push(span)
  const meters = new CallMeters()
  const keeper = {
    span: (id: string) => kept.get(id),
    setSpan: (id: string, data: SpanData) => void kept.set(id, JSON.parse(JSON.stringify(data)) as SpanData),
    forgetSpan: (id: string) => void kept.delete(id),
  }
  const tracer = new Tracer({ sampler: (_, parent) => parent?.sampled !== false, scope, agents, take })
  return { spans, kept, meters, made: new CallObserver({ tracer, meters, keeper }) }
}

describe('the trace of a call', () => {
  test('is made where the program has none, and named anew on each side', () => {
    const { made } = observer()
    const calling = made.begun('caller', head(), undefined, 0)
    const carried = carrying(head(), calling)
    assert.deepEqual([carried.trace, carried.headers], [calling.traceparent, [['traceparent', calling.traceparent]]])
    const serving = made.begun('called', carried, undefined, 0)
    assert.deepEqual(passedOn(carried.headers, carried, serving), [['traceparent', serving.traceparent]])
    assert.equal(serving.traceparent!.slice(0, 35), calling.traceparent!.slice(0, 35))
  })
  test('of the program stays octet for octet, in its place, also where it is none', () => {
    for (const text of [own, 'not a traceparent', own.toUpperCase()]) {
      const { made } = observer()
      const given = head([
        ['X-One', '1'],
        ['TraceParent', text],
        ['tracestate', 'a=1'],
      ])
      const carried = carrying(given, made.begun('caller', given, undefined, 0))
      assert.deepEqual(carried.headers, given.headers)
      const serving = made.begun('called', carried, undefined, 0)
      assert.deepEqual(passedOn(carried.headers, carried, serving), [
        ...given.headers,
        ['Vagus-Traceparent', serving.traceparent],
      ])
    }
  })
  test('is made by the called side where the other one does not trace, but not where it is in the content', () => {
    const { made } = observer()
    const serving = made.begun('called', head(), undefined, 0)
    assert.deepEqual(passedOn([], head(), serving), [['traceparent', serving.traceparent]])
    const mcp = head([], { method: 'POST', target: '/mcp', speech: 'mcp' })
    const body = Buffer.from(JSON.stringify({ method: 'ping', params: { _meta: { traceparent: own } } }))
    const inContent = made.begun('called', mcp, body, 0)
    assert.deepEqual(passedOn([], mcp, inContent), [['Vagus-Traceparent', inContent.traceparent]])
    assert.equal(inContent.traceparent!.slice(3, 35), own.slice(3, 35))
  })
  test('that is not sampled is carried as that, and nothing is told or kept', () => {
    const { made, spans, kept } = observer()
    const given = head([['traceparent', own.replace(/01$/, '00')]])
    const call = made.begun('caller', given, undefined, 0)
    call.keep('x')
    assert.match(carrying(given, call).trace!, /-00$/)
    call.over()
    assert.deepEqual([spans.length, kept.size], [0, 0])
  })
})

describe('a call', () => {
  test('goes on in the next process with the same span, and says so; once it is over nothing is kept', () => {
    const { made, kept } = observer()
    made.begun('caller', head([['traceparent', own]]), undefined, 5).keep('exchange-1')
    const next = observer('names', kept)
    const call = next.made.goesOn('caller', 'exchange-1', undefined)!
    call.answered(200)
    call.over()
    const [span] = next.spans
    assert.deepEqual(
      [span!.from, span!.parent?.spanId, span!.events.map(({ name }) => name)],
      [5, own.slice(36, 52), ['vagus.resumed']],
    )
    assert.equal(next.kept.size, 0)
    assert.equal(next.made.goesOn('caller', 'exchange-1', undefined), undefined)
  })
  const detail = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK is not among those'
  const told = { names: 'an agent is not among those', ids: detail, nobody: undefined } as const
  for (const [agents, message] of Object.entries(told)) {
    test(`that is refused says why, and of agents ${agents}`, () => {
      const { made, spans } = observer(agents as 'names')
      const call = made.begun('called', head(), undefined, 0)
      call.with('caller', 'boss', 'did:key:z6Mk')
      call.over(problemOf('refused', detail))
      const [{ status, attributes }] = spans as [ExportedSpan]
      assert.deepEqual(status, { code: 'error', ...(message === undefined ? {} : { message }) })
      assert.equal(attributes['error.type'], 'refused')
      assert.deepEqual(
        [attributes['vagus.caller.name'], attributes['vagus.caller.id']],
        [agents === 'nobody' ? undefined : 'boss', agents === 'ids' ? 'did:key:z6Mk' : undefined],
      )
    })
  }
  test('that failed says the reason, and not the sentence, which may have a path, an address or a value', () => {
    const { made, spans } = observer('ids')
    made.begun('caller', head(), undefined, 0).over(problemOf('bad-request', '"/patients/7" at 192.0.2.7:443'))
    const [{ status, attributes }] = spans as [ExportedSpan]
    assert.deepEqual([status, attributes['error.type']], [{ code: 'error' }, 'bad-request'])
  })
  test('goes on where the disk does not take its span', () => {
    const fails = (): never => assert.fail('the disk is full')
    const meters = new CallMeters()
    const keeper = { span: () => undefined, setSpan: fails, forgetSpan: fails }
    const tracer = new Tracer({
      sampler: () => true,
      scope: { name: '', version: '' },
      agents: 'names',
      take: () => undefined,
    })
    const made = new CallObserver({ tracer, meters, keeper })
    const call = made.begun('caller', head(), undefined, 0)
    call.keep('exchange-1')
    call.over()
    assert.deepEqual([...made.open], [])
  })
  test('is counted once by what became of it, and what a stranger calls a problem is one of ours', () => {
    const { made, meters } = observer()
    const one = made.begun('caller', head(), undefined, 0)
    one.answered(404)
    one.over()
    one.over()
    made.begun('called', head(), undefined, 0).over({ ...problemOf('failed', ''), type: 'urn:vagus:problem:evil"\n' })
    const [calls] = meters.metrics()
    assert.deepEqual(calls!.samples, [
      { labels: { side: 'caller', protocol: 'http', outcome: '4xx' }, value: 1 },
      { labels: { side: 'called', protocol: 'http', outcome: 'failed' }, value: 1 },
    ])
    assert.deepEqual([...made.open], [])
  })
})
