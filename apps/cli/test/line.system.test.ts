import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Line, LineQuote, LineResource } from '@vagus/api/lines'
import { lineResourceOf, lines, possibleQuote, refusedQuote } from './line-samples.ts'
import { linesController } from './lines-controller.ts'

const { active, booked, failed } = lines
const wanted = ['--from', 'dc-east', '--to', 'dc-west', '--rate', '20M']
const order = ['order', ...wanted]

test('an order waits until the line is there, and says how to watch and to end it', async (t) => {
  const controller = await linesController(t)
  const settingUp = { ...active, state: 'setting-up' as const, number: null, setUpMs: null, last: null }
  controller.answer = () => settingUp
  const seen = [settingUp, settingUp, active]
  controller.lines.set('line-3', () => seen.shift() ?? active)
  const { exit, out, err } = await controller.typed([...order, '--for', '90m', '--max-delay', '9ms', '--key', 'k1'])
  assert.deepEqual([exit, err], [0, ''])
  const body = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 20e6, for: '5400s', maxDelayMs: 9 }
  assert.deepEqual(controller.asked, [{ method: 'POST', path: '/v1/lines', body, key: 'k1' }])
  assert.match(out, /^line-3 {2}dc-east – dc-west {2}active since /)
  assert.match(out, / {2}watch {4}vagus line show line-3 --watch\n {2}release {2}vagus line release line-3\n$/)
  assert.deepEqual(seen, [])
})

test('an order that is interrupted while its line is set up says that this goes on, and how to end it', async (t) => {
  const controller = await linesController(t)
  const settingUp = { ...active, state: 'setting-up' as const, number: null, setUpMs: null, last: null }
  const stop = new AbortController()
  controller.answer = () => settingUp
  controller.lines.set('line-3', () => {
    stop.abort()
    return settingUp
  })
  const { exit, out, err } = await controller.typed(order, { signal: stop.signal })
  assert.deepEqual([exit, out], [130, ''])
  assert.equal(err, 'vagus: interrupted; line-3 is still ordered: vagus line show line-3 · vagus line release line-3\n')
})

test('an order between sites that have a line says that only one of the two has their packets, as the list does', async (t) => {
  const controller = await linesController(t)
  const later = { ...active, id: 'line-9', start: active.end, end: '2026-11-03T14:11:07.000Z' }
  const of = { ...active, id: 'line-8', flow: { from: ['10.1.0.5/32'], to: ['10.2.0.0/24'] } }
  controller.answer = () => active
  for (const one of [active, of, later]) controller.lines.set(one.id, () => one)
  assert.equal((await controller.typed(order)).err, '')
  controller.lines.set('line-1', () => ({ ...active, id: 'line-1', from: active.to, to: active.from }))
  const { exit, err } = await controller.typed(order)
  assert.equal(exit, 0)
  assert.match(err, /^line-1, line-3 are all between dc-east – dc-west at one time: packets go over one of them/)
  assert.match((await controller.typed(['ls'])).out, /\nline-1, line-3 are all between dc-east – dc-west at one time/)
})

test('each order has a key of its own, unless one is given', async (t) => {
  const controller = await linesController(t)
  controller.answer = () => active
  await controller.typed(order)
  await controller.typed(order)
  const keys = controller.asked.map(({ key }) => key)
  assert.ok(keys.every((key) => key !== undefined && key.length >= 16) && keys[0] !== keys[1], String(keys))
})

test('an order for later is booked and not waited for', async (t) => {
  const controller = await linesController(t)
  controller.answer = () => booked
  const { exit, out } = await controller.typed([...order, '--start', '2026-11-04T03:00:00Z', '--json'])
  assert.equal(exit, 0)
  assert.deepEqual(JSON.parse(out), lineResourceOf(booked))
  assert.equal((controller.asked[0]!.body as { start: string }).start, '2026-11-04T03:00:00.000Z')
})

test('without room it ends with exit 4, the reason, and what would be possible', async (t) => {
  const controller = await linesController(t)
  controller.answer = () => ({ status: 409, detail: refusedQuote.because })
  controller.quote = () => refusedQuote
  const { exit, out } = await controller.typed(order)
  assert.equal(exit, 4)
  assert.match(out, /^refused {2}dc-east – dc-west, 20 Mb\/s both ways, 1h from .*\n {2}no path has 21\.3 Mb\/s left/)
  assert.match(out, /^ {2}instead: 3\.75 Mb\/s in this time/m)
  const json = await controller.typed([...order, '--json'])
  const { possible, because, alternative } = JSON.parse(json.out) as LineQuote
  assert.deepEqual(
    [json.exit, possible, because, alternative],
    [4, false, refusedQuote.because, refusedQuote.alternative],
  )
})

test('an order that fails for another reason says the reason, and is no refusal', async (t) => {
  const controller = await linesController(t)
  controller.answer = () => ({ status: 503, detail: 'the agent of p-1 is away' })
  controller.quote = () => possibleQuote
  const { exit, out, err } = await controller.typed(order)
  assert.deepEqual([exit, out], [1, ''])
  assert.match(err, /^vagus: the agent of p-1 is away\n {2}vagus line ls · vagus doctor\n$/)
})

test('a line that a router does not hold has failed, with what was undone', async (t) => {
  const controller = await linesController(t)
  controller.answer = () => ({ ...failed, state: 'setting-up' })
  controller.lines.set('line-2', () => failed)
  const { exit, out } = await controller.typed(order)
  assert.equal(exit, 1)
  assert.match(out, /^line-2 .* failed since /)
  assert.match(out, /what 2 others held was\s+released/)
})

test('an answer that does not come may still be done: the same key orders no second one', async (t) => {
  const controller = await linesController(t)
  controller.answer = () => ({ status: 504, detail: 'the controller did not answer within 60 s' })
  const { exit, err } = await controller.typed([...order, '--key', 'k7'])
  assert.equal(exit, 5)
  assert.match(err.replaceAll(/\s+/g, ' '), /it may still do it is it there\? vagus line ls · .* with --key k7 $/)
})

test('a quote shows every path with its reason; exit 4 when there is none', async (t) => {
  const controller = await linesController(t)
  controller.quote = () => possibleQuote
  const possible = await controller.typed(['quote', ...wanted])
  assert.equal(possible.exit, 0)
  assert.match(possible.out, /^pe-3 – p-1 – pe-4 +0\.20 ms +36\.0 Mb\/s +taken$/m)
  controller.quote = () => refusedQuote
  assert.equal((await controller.typed(['quote', ...wanted])).exit, 4)
  assert.deepEqual(controller.asked, [], 'a quote needs no key and changes nothing')
})

test('what no line can be is refused here, with what would be right', async (t) => {
  const controller = await linesController(t)
  for (const [words, said] of [
    [['--from', 'dc-east', '--rate', '20M'], /needs --to\n {2}such as: vagus line quote --from dc-east/],
    [['--from', 'dc-east', '--to', 'dc-east', '--rate', '20M'], /not from dc-east to itself/],
    [
      ['--from', 'dc-east', '--to', 'dc-west', '--rate', '20'],
      /"--rate" must be bits per second with k, M or G, such as 20M/,
    ],
    [[...wanted, '--for', '59s'], /--for must be 1m to 31d/],
    [[...wanted, '--max-delay', '9'], /--max-delay must be milliseconds, not "9"/],
  ] as const) {
    const { exit, err } = await controller.typed(['quote', ...words])
    assert.equal(exit, 2)
    assert.match(err, said)
  }
})

test('a change asks only for what was given', async (t) => {
  const controller = await linesController(t)
  controller.lines.set('line-3', () => active)
  controller.answer = () => active
  assert.equal((await controller.typed(['change', 'line-3', '--avoid', 'p-1', '--rate', '2.5M'])).exit, 0)
  const body = { bitsPerSecond: 2.5e6, avoid: 'p-1' }
  assert.deepEqual(controller.asked, [{ method: 'PATCH', path: '/v1/lines/line-3', body, key: undefined }])
  const nothing = await controller.typed(['change', 'line-3'])
  assert.equal(nothing.exit, 2)
  assert.match(nothing.err, /say what to change\n {2}such as: vagus line change line-3 --avoid LINK/)
})

test('a release asks for the end of that line', async (t) => {
  const controller = await linesController(t)
  controller.lines.set('line-3', () => active)
  controller.answer = () => ({ ...active, state: 'released', because: 'the operator ended it' })
  const { exit, out } = await controller.typed(['release', 'line-3'])
  assert.equal(exit, 0)
  assert.match(out, /^line-3 from dc-east to dc-west has ended, .* before its time: the operator ended it$/m)
  assert.deepEqual(controller.asked, [{ method: 'DELETE', path: '/v1/lines/line-3', body: null, key: undefined }])
})

test('a line that an agent asked for shows as such, and is approved by its id', async (t) => {
  const controller = await linesController(t)
  const asked: Line = { ...active, state: 'asked', because: '30 Mbit/s is above lines.agents.rate' }
  controller.lines.set('line-3', () => asked)
  const shown = await controller.typed(['show', 'line-3'])
  assert.match(
    shown.out.replaceAll(/\s+/g, ' '),
    /asked since .* waits for the operator; no room is kept for it .*30 Mbit\/s is above/,
  )
  controller.answer = () => ({ ...active, because: 'all its routers hold it' })
  const { exit, out } = await controller.typed(['approve', 'line-3'])
  assert.deepEqual(
    controller.asked.map(({ method, path }) => [method, path]),
    [['POST', '/v1/lines/line-3/approval']],
  )
  assert.deepEqual(
    [exit, out],
    [0, 'line-3 from dc-east to dc-west is approved, and active: all its routers hold it\n'],
  )
  controller.answer = () => ({ ...active, state: 'failed', because: 'r4 is silent' })
  const later = await controller.typed(['approve', 'line-3'])
  assert.equal(later.exit, 1)
  assert.match(later.err, /line-3 is approved, and failed: r4 is silent/)
})

test('without the key of the operator nothing is asked, and the line to type there is shown', async (t) => {
  const controller = await linesController(t)
  const { exit, err } = await controller.typed(order, { home: join(controller.home, 'other') })
  assert.equal(exit, 4)
  assert.match(
    err.replaceAll(/\s+/g, ' '),
    /the key of the operator: .* does not exist.* as its user: vagus line order … --home/,
  )
  assert.deepEqual(controller.asked, [])
})

test('of an unknown line, it says where the ids are', async (t) => {
  const controller = await linesController(t)
  for (const words of [['show'], ['release'], ['change', '--avoid', 'p-1']]) {
    const { exit, err } = await controller.typed([words[0]!, 'line-8', ...words.slice(1)])
    assert.deepEqual([exit, err], [2, 'vagus: there is no line "line-8"\n  the ids: vagus line ls\n'])
  }
})

test('the list asks for a state', async (t) => {
  const controller = await linesController(t)
  for (const line of [active, failed]) controller.lines.set(line.id, () => line)
  const { out } = await controller.typed(['ls', '--state', 'active', '--json'])
  assert.deepEqual(
    (JSON.parse(out) as { items: LineResource[] }).items.map(({ id }) => id),
    ['line-3'],
  )
})

test('the proof is printed alone, for a file; before there is one, it says when there will be', async (t) => {
  const controller = await linesController(t)
  controller.lines.set('line-3', () => active)
  controller.lines.set('line-5', () => booked)
  const proof = await controller.typed(['show', 'line-3', '--proof'])
  assert.deepEqual([proof.exit, proof.out], [0, 'e30.e30.AA\n'])
  const none = await controller.typed(['show', 'line-5', '--proof'])
  assert.equal(none.exit, 1)
  assert.match(none.err, /nothing of line-5 has been measured yet/)
})
