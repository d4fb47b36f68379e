/** How a line looks for a path: to be set up, or to move; and what follows from the answer. @module */
import { type LaidPlan, lay } from './laid.ts'
import type { Find, Line, LineStep, Reason } from './line.ts'
import type { LineConfig } from './line-config.ts'
import type { Path } from './path.ts'
import { dropped, ended, isDue, type On, same, setUpAt, stuck } from './turn.ts'

export function find(line: Line, now: number, config: LineConfig): LineStep {
  const order = line.reason?.order ?? line.order
  const { start, end, maxDelayMs, from, to, bitsPerSecond, avoid = [] } = order
  const isRunning = line.state === 'active' || isDue(line, now, config)
  const wish = {
    from,
    to,
    bitsPerSecond,
    start: isRunning ? now : start,
    end,
    avoid: [...avoid, ...(line.reason?.avoid ?? [])],
    ...(maxDelayMs === undefined ? {} : { maxDelayMs }),
  }
  const mayStay = line.reason?.type === 'change' && bitsPerSecond === line.order.bitsPerSecond
  const effect: Find = {
    type: 'find',
    line: order.id,
    wish,
    ...(mayStay ? { keep: line.path } : {}),
    ...(line.current === null ? {} : { insteadOf: line.current }),
  }
  return [{ ...line, isFinding: true, findAt: now + config.againMs }, [effect]]
}

/** Looks for a path at once, if it has not done so lately. */
export const wish = (line: Line, reason: Reason, now: number, config: LineConfig): LineStep => {
  const isSoon = line.state === 'active' && line.findAt !== null && now < line.findAt
  return isSoon ? same({ ...line, reason }) : find({ ...line, reason }, now, config)
}

export function mayYield(line: Line, event: On<'yield'>, config: LineConfig): LineStep {
  const { because, avoid, now } = event
  return wish(line, { type: 'yield', because, avoid, since: line.reason?.since ?? now, order: line.order }, now, config)
}

export function wishChange(line: Line, { order, because, now }: On<'change'>, config: LineConfig): LineStep {
  const wished = { ...order, id: line.order.id }
  return wish({ ...line, findAt: null }, { type: 'change', because, avoid: [], since: now, order: wished }, now, config)
}

/** A line that is set up is at once as it is to be; one that moves stays as it is until it has moved. */
export function begin(line: Line, plan: LaidPlan, now: number, config: LineConfig): LineStep {
  if (!line.isFinding) return same(line)
  const order = line.reason?.order ?? line.order
  const { laid, effects } = lay(plan, order.end, now, config)
  const begun = {
    since: now,
    laid: [...line.laid, laid],
    next: plan.number,
    isFinding: false,
    findAt: null,
    begunAt: now,
  }
  const because = 'its routers are asked'
  const next: Line =
    line.state === 'active'
      ? { ...line, ...begun, state: 'moving', because: line.reason?.because ?? because }
      : { ...line, ...begun, state: 'setting-up', because, order, path: plan.path, reason: null }
  return [next, effects]
}

/** It will go over that path. */
export function rebook(line: Line, path: Path, now: number, config: LineConfig): LineStep {
  if (!line.isFinding) return same(line)
  const next = { ...line, order: line.reason?.order ?? line.order, path, reason: null, isFinding: false }
  return same({ ...next, findAt: setUpAt(next, now, config) })
}

/** It has what it wishes where it is. */
export const keep = (line: Line): LineStep =>
  line.isFinding
    ? same({ ...line, order: line.reason?.order ?? line.order, reason: null, findAt: null, isFinding: false })
    : same(line)

export function noneForBooked(line: Line, { because, now }: On<'none'>, config: LineConfig): LineStep {
  if (!line.isFinding) return same(line)
  const next = { ...line, isFinding: false }
  if (line.reason?.type === 'change') return dropped(next, because, now, config)
  if (!isDue(line, now, config) || now >= line.triesUntil) return ended(next, 'failed', because, now)
  return same({ ...next, because, findAt: now + config.retryMs })
}

export function noneForActive(line: Line, { because, now }: On<'none'>, config: LineConfig): LineStep {
  if (!line.isFinding) return same(line)
  const next = { ...line, isFinding: false }
  if (line.reason === null) return same(next)
  if (line.reason.type === 'change') return dropped(next, because, now, config)
  const whole = `${line.reason.because}, and there is no other path: ${because}`
  return line.reason.type === 'yield' ? ended(next, 'failed', whole, now) : stuck(next, whole)
}
