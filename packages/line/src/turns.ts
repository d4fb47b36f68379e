/** How paths that are up or down, watching and time turn the life of a line. @module */
import { withdraw } from './laid.ts'
import type { Line, LineStep } from './line.ts'
import type { LineConfig } from './line-config.ts'
import { find, wish } from './looking.ts'
import { dropped, ended, type On, same, stuck } from './turn.ts'

export function bookedTick(line: Line, { now }: { readonly now: number }, config: LineConfig): LineStep {
  if (now >= line.order.end) return ended(line, 'failed', `its time was over first: ${line.because}`, now)
  return line.findAt !== null && now >= line.findAt ? find(line, now, config) : same(line)
}

export function activeTick(line: Line, { now }: { readonly now: number }, config: LineConfig): LineStep {
  if (now >= line.order.end) return ended(line, 'released', 'its time is over', now)
  return line.reason !== null && now >= (line.findAt ?? now) ? find(line, now, config) : same(line)
}

export function firstUp(line: Line, { number, now }: { readonly number: number; readonly now: number }): LineStep {
  if (number !== line.next) return same(line)
  const milliseconds = now - line.begunAt!
  const because = 'its routers hold it'
  const next = {
    ...line,
    state: 'active',
    since: now,
    because,
    current: number,
    next: null,
    setUpMs: milliseconds,
  } as const
  return [next, [{ type: 'tell', what: 'active', because, milliseconds }]]
}

export function setUpFailed(
  line: Line,
  { number, because, isPassing, now }: On<'down'>,
  { retryMs }: LineConfig,
): LineStep {
  if (number !== line.next) return same(line)
  const free = { ...line, next: null }
  if (!isPassing || now >= line.triesUntil) return ended(free, 'failed', because, now)
  return same({ ...free, state: 'booked', since: now, because, findAt: now + retryMs })
}

export function moved(line: Line, { number, now }: { readonly number: number; readonly now: number }): LineStep {
  if (number !== line.next) return same(line)
  const { reason, because } = line
  const steps = line.laid.map((one) => (one.number === line.current ? withdraw(one, now) : { laid: one, effects: [] }))
  const laid = steps.map((one) => one.laid)
  const next: Line = {
    ...line,
    order: reason?.order ?? line.order,
    state: 'active',
    since: now,
    path: laid.find((one) => one.number === number)!.path,
    laid,
    current: number,
    next: null,
    reason: null,
    moves: line.moves + 1,
    steered: null,
    unsteeredSince: null,
  }
  const told = { type: 'tell', what: 'moved', because, milliseconds: now - (reason?.since ?? line.begunAt!) } as const
  return [next, [...steps.flatMap((one) => one.effects), told]]
}

export function moveFailed(line: Line, { number, because, now }: On<'down'>, config: LineConfig): LineStep {
  if (number !== line.next) return same(line)
  const back = { ...line, state: 'active', since: now, next: null, findAt: now + config.againMs } as const
  return line.reason?.type === 'change'
    ? dropped(back, because, now, config)
    : stuck(back, `${line.because}, and it could not move: ${because}`)
}

export function watch(line: Line, event: On<'watched'>, config: LineConfig): LineStep {
  const { now } = event
  const next = seen(line, event.steered, now)
  if (line.reason !== null && line.reason.type !== 'trouble') return same(next)
  const isPast = next.unsteeredSince !== null && now - next.unsteeredSince >= config.unsteeredMs
  const lost = { because: 'probes are lost on it', avoid: line.path.hops.map(({ link }) => link) }
  const trouble = event.trouble ?? (isPast ? lost : undefined)
  if (trouble === undefined) {
    return line.reason === null
      ? same(next)
      : same({ ...next, reason: null, findAt: null, because: 'its routers hold it' })
  }
  return wish(next, { ...trouble, type: 'trouble', since: line.reason?.since ?? now, order: line.order }, now, config)
}

export function seen(line: Line, steered: boolean | null, now: number): Line {
  return { ...line, steered, unsteeredSince: steered === false ? (line.unsteeredSince ?? now) : null }
}
