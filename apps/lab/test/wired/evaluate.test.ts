import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate, type MoveTime } from '../../src/wired/evaluate.ts'
import type { Arrived, Sent, Sunk } from '../../src/wired/packets.ts'

const move = (kind: MoveTime['kind'], at: number): MoveTime => ({ kind, from: 'pe-1', to: 'pe-2', at })
/** Number n arrives 1 ms after it was sent, at 10·n. */
const arrivals = (count: number, isLost: (number: number) => boolean = () => false): readonly Arrived[] =>
  Array.from({ length: count }, (_, number): Arrived => [number, number * 10 + 1]).filter(([number]) => !isLost(number))
const sunk = (datagrams: readonly Arrived[], stream = arrivals(1000), connections = 1): Sunk => ({
  datagrams,
  stream,
  connections,
})
const sent = (changes: Partial<Sent> = {}): Sent => ({ datagrams: 1000, stream: 1000, broken: null, ...changes })

test('losses and silences are those of the move before them', () => {
  const lost = (number: number): boolean => number >= 600 && number < 615
  const {
    kinds,
    lost: all,
    moves,
  } = evaluate(sunk(arrivals(1000, lost)), sent(), [move('planned', 2000), move('sudden', 6000)], 10_000)
  assert.equal(all, 15)
  assert.deepEqual([kinds.planned?.lost, kinds.sudden?.lost], [0, 15])
  assert.deepEqual([kinds.planned?.gaps.max, kinds.sudden?.gaps.max], [10, 160])
  assert.deepEqual([kinds.planned?.sent, kinds.sudden?.sent], [400, 400])
  assert.deepEqual(
    moves.map(({ lost: own }) => own),
    [0, 15],
  )
})

test('a silence that never ends is one until the end', () => {
  const { kinds, lost, stream } = evaluate(sunk(arrivals(500), arrivals(500)), sent(), [move('sudden', 5000)], 10_000)
  assert.deepEqual([lost, kinds.sudden?.lost], [500, 500])
  assert.ok(kinds.sudden!.gaps.max > 4900)
  assert.deepEqual([stream.state, stream.arrived], ['late', 500])
})

test('nothing at all from a move to the next is as long as it', () => {
  const { kinds } = evaluate(
    sunk(arrivals(1000, (one) => one >= 200)),
    sent(),
    [move('sudden', 2000), move('sudden', 4000)],
    6000,
  )
  assert.ok(kinds.sudden!.gaps.p50 >= 2000)
})

test('a stream is whole on one connection, in order, and with everything', () => {
  const stateOf = (stream: readonly Arrived[], changes: Partial<Sent> = {}, connections = 1): string =>
    evaluate(sunk(arrivals(1000), stream, connections), sent(changes), [move('planned', 1000)], 10_000).stream.state
  assert.equal(stateOf(arrivals(1000)), 'whole')
  assert.equal(stateOf(arrivals(999)), 'late')
  assert.equal(stateOf(arrivals(1000), {}, 2), 'broken')
  assert.equal(stateOf(arrivals(1000), { broken: 'ECONNRESET' }), 'broken')
  assert.equal(stateOf(arrivals(1000, (one) => one === 7)), 'broken')
})

test('a 95th percentile needs twenty moves', () => {
  const moves = Array.from({ length: 20 }, (_, at) => move('planned', 100 + at * 400))
  const gaps = (count: number) =>
    evaluate(sunk(arrivals(1000)), sent(), moves.slice(0, count), 10_000).kinds.planned!.gaps
  assert.equal(gaps(19).p95, null)
  assert.equal(gaps(20).p95, 10)
})
