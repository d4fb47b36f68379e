import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  defaultLineConfig as config,
  hasEnded,
  type Line,
  type LineEvent,
  newLine,
  nextTick,
  partsOf,
  quote,
  stepLine,
} from '../src/index.ts'
import { diamond, epoch, hour, second } from './networks.ts'

const wish = { from: 'east', to: 'west', bitsPerSecond: 50e6, start: epoch, end: epoch + hour }
const found = quote(wish, diamond(), [])
assert.equal(found.type, 'possible')
const { path } = found
const because = 'of the test'
const booked = newLine({ ...wish, id: 'line-1', orderedAt: epoch }, path, config)

const foundEvent = (number: number): LineEvent => {
  const parts = partsOf(path, diamond(), { number, bitsPerSecond: 50e6 })
  const plans = { hold: `hold-${number}`, steer: `steer-${number}` }
  return { type: 'found', plan: { number, path, bitsPerSecond: 50e6, parts, plans } }
}
const after = (line: Line, events: readonly LineEvent[], now = epoch): Line =>
  events.reduce((last, event) => stepLine(last, { ...event, now }, config)[0], line)

const settingUp = after(booked, [{ type: 'tick' }, foundEvent(1)])
const active = after(settingUp, [
  { type: 'agreed', ask: 'hold', number: 1 },
  { type: 'agreed', ask: 'steer', number: 1 },
])
const moving = after(active, [{ type: 'yield', because, avoid: ['R2'] }, foundEvent(2)])
const released = after(active, [{ type: 'end', because }])
const failed = after(settingUp, [{ type: 'declined', ask: 'hold', number: 1, because, mayHold: ['R1'] }])
const states = { booked, 'setting-up': settingUp, active, moving, released, failed }

const part = fc.record({
  number: fc.constantFrom(1, 2, 3),
  node: fc.constantFrom('R1', 'R2', 'R4', 'R9'),
  kind: fc.constantFrom('hold' as const, 'steer' as const),
})
const trouble = fc.record({ because: fc.constant(because), avoid: fc.subarray(['R2', 'R1-R3', 'R9']) })
const event: fc.Arbitrary<LineEvent> = fc.oneof(
  fc.constantFrom<LineEvent>({ type: 'tick' }, { type: 'kept' }, { type: 'restarted' }),
  fc.constantFrom<LineEvent>({ type: 'none', because }, { type: 'end', because }),
  part.map(({ number }) => foundEvent(number)),
  part.map(({ number, kind }): LineEvent => ({ type: 'agreed', ask: kind, number })),
  fc
    .tuple(part, fc.subarray(['R1', 'R2', 'R4', 'R9']), fc.boolean())
    .map(([{ number, kind }, mayHold, isPassing]): LineEvent => ({
      type: 'declined',
      ask: kind,
      number,
      because,
      isPassing,
      mayHold,
    })),
  part.map(({ number, kind, node }): LineEvent => ({ type: 'gone', number, node, plan: `${kind}-${number}` })),
  part.map(({ number }): LineEvent => ({ type: 'confirmed', number, end: epoch + number * hour })),
  fc
    .tuple(fc.constantFrom(true, false, null), trouble)
    .map(([steered, one]): LineEvent => ({ type: 'watched', steered, trouble: one })),
  fc.constantFrom(true, false, null).map((steered): LineEvent => ({ type: 'watched', steered })),
  trouble.map((one): LineEvent => ({ type: 'yield', ...one })),
  part.map(({ number }): LineEvent => ({
    type: 'change',
    because,
    order: { ...booked.order, bitsPerSecond: number * 1e6, end: epoch + number * hour },
  })),
)
const step = fc.record({ event, ms: fc.constantFrom(0, 1, 500, 5 * second, 70 * second, hour, -second) })

describe('a line', () => {
  for (const [name, line] of Object.entries(states)) {
    test(`that is ${name} has an outcome for every event, in any order`, () => {
      assert.equal(line.state, name)
      const run = fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let [now, last] = [epoch, line]
        for (const one of steps) {
          now += one.ms
          const [next, effects] = stepLine(last, { ...one.event, now }, config)
          checkStep(last, next)
          if (hasEnded(last))
            assert.ok(
              effects.every(({ type }) => type === 'release'),
              JSON.stringify(effects),
            )
          last = next
        }
        assert.deepEqual(JSON.parse(JSON.stringify(last)), last)
      })
      fc.assert(run, { numRuns: 300 })
    })
  }
})

function checkStep(last: Line, next: Line): void {
  if (hasEnded(last)) assert.equal(next.state, last.state)
  assert.ok(!Number.isNaN(nextTick(next, config)))
  for (const { phase, isWanted, holds, steers } of next.laid) {
    if (phase === 'resting' || phase === 'holding') assert.ok(steers.every(({ until }) => until === 0))
    if (phase === 'resting') assert.ok(holds.every(({ until }) => until === 0))
    if (phase === 'draining' || phase === 'releasing') assert.ok(steers.every(({ until }) => until === 0) && !isWanted)
  }
}
