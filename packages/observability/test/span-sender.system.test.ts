import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { ExportedSpan } from '@vagus/signals'
import { eventually } from '../../../scripts/eventually.ts'
import { SpanSender } from '../src/index.ts'
import { otlpReceiver } from './otlp-receiver.ts'

const receiver = await otlpReceiver()
after(() => receiver.close())
const span = (name: string): ExportedSpan => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parent: undefined,
  tracestate: undefined,
  name,
  kind: 'client',
  from: 1_764_288_000_000,
  to: 1_764_288_000_001,
  attributes: {},
  events: [],
  moreEvents: 0,
  scope: { name: 'test', version: '1' },
  status: { code: 'unset' },
})
function sender(more: Partial<ConstructorParameters<typeof SpanSender>[0]> = {}) {
  const lines: string[] = []
  const settings = {
    url: `${receiver.url}/v1/traces`,
    headers: {},
    compression: 'none' as const,
    timeout: 5000,
    queue: 5,
    delay: 10,
    resource: { 'service.name': 'test' },
  }
  return { lines, made: new SpanSender({ ...settings, ...more }, (line) => void lines.push(line)) }
}

describe('spans', () => {
  test('are sent together, with the fields of the operator, compressed where that is wanted', async () => {
    const { made, lines } = sender({ headers: { authorization: 'Bearer x' }, compression: 'gzip' })
    const before = receiver.requests.length
    made.take(span('one'))
    made.take(span('two'))
    await eventually('both are sent', () => made.delivery.sent === 2)
    const [request, ...others] = receiver.requests.slice(before)
    assert.deepEqual([request!.spans, request!.headers['authorization'], others.length], [2, 'Bearer x', 0])
    assert.equal(request!.headers['content-encoding'], 'gzip')
    assert.deepEqual([receiver.problems, lines], [[], []])
    await made.close(1000)
  })
  test('wait for a receiver that is away, as many as there is room for; that is told once, and that it is back', async () => {
    receiver.answer = { status: 503 }
    const { made, lines } = sender()
    for (let at = 0; at < 8; at++) made.take(span(`s${at}`))
    assert.deepEqual(made.delivery, { sent: 0, dropped: 3, waiting: 5 })
    await eventually('it is told', () => lines.length === 1)
    assert.match(lines[0]!, /not taken at http.*503; 5 wait, more are dropped/)
    receiver.answer = { status: 200 }
    await eventually('they are sent', () => made.delivery.sent === 5)
    assert.match(lines[1]!, /taken at .* again; 3 were dropped/)
    assert.equal(lines.length, 2)
    await made.close(1000)
  })
  test('that the receiver refuses are dropped, and not sent again', async () => {
    receiver.answer = { status: 400 }
    const { made, lines } = sender()
    made.take(span('wrong'))
    await eventually('it is dropped', () => made.delivery.dropped === 1)
    receiver.answer = { status: 200, body: '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}' }
    made.take(span('one'))
    made.take(span('two'))
    await eventually('one of two is taken', () => made.delivery.sent === 1)
    assert.deepEqual([made.delivery.dropped, made.delivery.waiting, lines.length], [2, 0, 1])
    receiver.answer = { status: 200 }
    await made.close(1000)
  })
  test('that wait at the end are sent then, and an end without a receiver is soon', async () => {
    const { made } = sender({ delay: 60_000 })
    made.take(span('last'))
    await made.close(5000)
    assert.equal(made.delivery.sent, 1)
    const lost = sender({ url: 'http://127.0.0.1:9/v1/traces', delay: 60_000 })
    lost.made.take(span('lost'))
    await lost.made.close(5000)
    assert.deepEqual(lost.made.delivery, { sent: 0, dropped: 0, waiting: 1 })
    assert.match(lost.lines.join(), /ECONNREFUSED/)
  })
})
