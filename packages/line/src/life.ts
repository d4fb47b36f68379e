/**
 * The life of an order, as one table:
 *
 *   booked ──▶ setting-up ──▶ active ◀──▶ moving      each of them ──▶ released | failed
 *      ▲            │ what it needs is not free yet
 *      └────────────┘
 *
 * A move makes the new path before it breaks the old one. A line that has ended asks for nothing any more; it only waits
 * until its routers have let go.
 * @module
 */
import { interrupted, type LaidStep, nextTickOf, stepLaid, tickLaid } from './laid.ts'
import { hasEnded, type Line, type LineEffect, type LineEvent, type LineOrder, type LineStep } from './line.ts'
import type { LineConfig } from './line-config.ts'
import { begin, keep, mayYield, noneForActive, noneForBooked, rebook, wishChange } from './looking.ts'
import type { Path } from './path.ts'
import { ended, isDue, same, type On, type Turn } from './turn.ts'
import { activeTick, bookedTick, firstUp, moved, moveFailed, seen, setUpFailed, watch } from './turns.ts'

type Handler<Type extends Turn['type']> = (line: Line, event: On<Type>, config: LineConfig) => LineStep
type Row = { readonly [Type in Turn['type']]: Handler<Type> }

const idle: Row = {
  tick: same,
  found: same,
  kept: same,
  none: same,
  watched: same,
  yield: same,
  change: same,
  end: same,
  up: same,
  down: same,
}

const life: { readonly [State in Line['state']]: Row } = {
  booked: {
    ...idle,
    tick: bookedTick,
    found: (line, { plan, now }, config) =>
      isDue(line, now, config) ? begin(line, plan, now, config) : rebook(line, plan.path, now, config),
    kept: (line, { now }, config) => rebook(line, line.path, now, config),
    none: noneForBooked,
    yield: mayYield,
    change: wishChange,
    end: (line, { because, now }) => ended(line, 'released', because, now),
  },
  'setting-up': {
    ...idle,
    tick: (line, { now }) =>
      now < line.order.end ? same(line) : ended(line, 'failed', 'its time was over first', now),
    up: firstUp,
    down: setUpFailed,
    end: (line, { because, now }) => ended(line, 'released', because, now),
  },
  active: {
    ...idle,
    tick: activeTick,
    found: (line, { plan, now }, config) => begin(line, plan, now, config),
    kept: keep,
    none: noneForActive,
    watched: watch,
    yield: mayYield,
    change: wishChange,
    end: (line, { because, now }) => ended(line, 'released', because, now),
  },
  moving: {
    ...idle,
    tick: (line, { now }) => (now < line.order.end ? same(line) : ended(line, 'released', 'its time is over', now)),
    up: moved,
    down: moveFailed,
    watched: (line, { steered, now }) => same(seen(line, steered, now)),
    end: (line, { because, now }) => ended(line, 'released', because, now),
  },
  released: idle,
  failed: idle,
}

/** An order for which `quote` has found a path; the first `tick` begins it. */
export function newLine(order: LineOrder, path: Path, { leadMs, patienceMs }: LineConfig): Line {
  const { start, orderedAt } = order
  return {
    order,
    state: 'booked',
    since: orderedAt,
    because: 'it has a path with room',
    path,
    laid: [],
    current: null,
    next: null,
    findAt: start - leadMs,
    isFinding: false,
    triesUntil: Math.max(start, orderedAt) + patienceMs,
    reason: null,
    begunAt: null,
    setUpMs: null,
    moves: 0,
    steered: null,
    unsteeredSince: null,
  }
}

/** After `event`. Total: every event has an outcome in every state. */
export function stepLine(line: Line, event: LineEvent & { readonly now: number }, config: LineConfig): LineStep {
  const { now } = event
  if (event.type === 'tick') {
    const [ticked, effects] = eachLaid(line, event, config, (laid) => tickLaid(laid, line.order.end, now, config))
    const [next, more] = turn(ticked, event, config)
    return [next, [...effects, ...more]]
  }
  if (event.type === 'restarted') {
    const triesUntil = Math.max(line.triesUntil, now + config.restartMs)
    return eachLaid({ ...line, triesUntil, isFinding: false }, event, config, (laid) => interrupted(laid, now))
  }
  if (!('number' in event)) return turn(line, event, config)
  return eachLaid(line, event, config, (laid) =>
    laid.number === event.number ? stepLaid(laid, event, now, config) : { laid, effects: [] },
  )
}

/** When the next `tick` is due, milliseconds since 1970; Infinity: no more. */
export function nextTick(line: Line, config: LineConfig): number {
  const { order, findAt, laid } = line
  const own = hasEnded(line) ? Infinity : Math.min(findAt ?? Infinity, order.end)
  return laid.reduce((least, one) => Math.min(least, nextTickOf(one, order.end, config)), own)
}

function turn(line: Line, event: Turn & { readonly now: number }, config: LineConfig): LineStep {
  // The type of the event chooses the handler that takes it.
  const handler = life[line.state][event.type] as (line: Line, event: Turn, config: LineConfig) => LineStep
  return handler(line, event, config)
}

/** All of its paths go on; what the line is to know of it is told afterwards. */
function eachLaid(
  line: Line,
  { now }: { readonly now: number },
  config: LineConfig,
  step: (laid: Line['laid'][number]) => LaidStep | undefined,
): LineStep {
  const steps = line.laid.map(step).filter((one) => one !== undefined)
  let next: Line = { ...line, laid: steps.map(({ laid }) => laid) }
  const effects: LineEffect[] = steps.flatMap((one) => one.effects)
  for (const { laid, outcome } of steps) {
    if (outcome === undefined) continue
    const [after, more] = turn(next, { ...outcome, number: laid.number, now }, config)
    next = after
    effects.push(...more)
  }
  return [next, effects]
}
