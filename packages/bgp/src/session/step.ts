/**
 * The session of two BGP speakers (RFC 4271 §8): events in, effects out. Every event has an outcome in every state.
 *
 *   idle ──start──▶ connect ◀──retry──▶ active
 *                       └──connected──▶ open-sent ──OPEN──▶ open-confirm ──KEEPALIVE──▶ established
 *   every error: back to idle, and to connect when the idle-hold timer says so
 *
 * @module
 */
import { shutdownNotification } from '../message/shutdown-communication.ts'
import { ceaseSubcode, errorCode } from '../registry.ts'
import { notification } from '../message/notification.ts'
import type { SessionConfig } from './config.ts'
import { stepEstablished } from './established.ts'
import { asSent, rejected, tearDown } from './down.ts'
import type { Negotiated } from './negotiate.ts'
import { openSent, stepOpening } from './opening.ts'
import { type Effect, type Event, type Kept, keptOf, type Session, type Step, type Way } from './state.ts'
import { connectRetry } from './timers.ts'

/**
 * The next state, and what the shell must do in this order. `random` is 0..1, new for every call: it jitters timers.
 * Never throws.
 */
export function step(session: Session, event: Event, config: SessionConfig, random: number): Step {
  if (event.type === 'stop') return stop(session, event)
  if (event.type === 'timer' && event.timer === 'restart') return dropStale(session)
  if (event.type === 'timer' && event.timer === 'stale') return dropStale(session)
  if (event.type === 'timer' && event.timer === 'stable') return [{ ...session, failures: 0 }, []]
  switch (session.state) {
    case 'idle':
      return stepIdle(session, event, config, random)
    case 'connect':
    case 'active':
      return stepConnecting(session, event, config, random)
    case 'open-sent':
    case 'open-confirm':
      return stepOpening(session, event, config, random)
    case 'established':
  }
  return stepEstablished(session, event, config, random)
}

function stepIdle(session: Session & { state: 'idle' }, event: Event, config: SessionConfig, random: number): Step {
  if (event.type === 'start' && session.because === 'stopped') return begin({ ...session, failures: 0 }, config, random)
  const isOver = event.type === 'timer' && event.timer === 'idle-hold' && session.because === 'waiting'
  if (isOver) return begin(session, config, random)
  return [session, refusalOf(event)]
}

/** A connection that is not wanted is closed at once (RFC 4271 §8.2.2: idle refuses all). */
function refusalOf(event: Event): readonly Effect[] {
  return event.type === 'connected' ? [{ type: 'refuse', way: event.way, notification: rejected }] : []
}

function begin(session: Session, config: SessionConfig, random: number): Step {
  const kept = keptOf(session)
  if (config.mode === 'passive') return [{ state: 'active', ...kept }, []]
  return [{ state: 'connect', ...kept }, [{ type: 'dial' }, connectRetry(config, random)]]
}

function stepConnecting(
  session: Session & { state: 'connect' | 'active' },
  event: Event,
  config: SessionConfig,
  random: number,
): Step {
  const kept = keptOf(session)
  const isDialling = session.state === 'connect'
  switch (event.type) {
    case 'timer':
      return event.timer === 'connect-retry' ? retry(session, config, random) : [session, []]
    case 'closed':
      return event.way === 'dialled' && isDialling ? [{ state: 'active', ...kept }, []] : [session, []]
    case 'connected':
      if (event.way === 'dialled' && !isDialling) return [session, refusalOf(event)]
      return [firstConnection(kept, event.way, isDialling ? 'yes' : 'no'), openSent(event.way, config)]
    case 'start':
    case 'stop':
    case 'message':
    case 'reset':
    case 'disable-family':
    case 'end-of-rib':
  }
  return [session, []]
}

/** An attempt that has not come to an end by now is given up for the next. */
function retry(session: Session & { state: 'connect' | 'active' }, config: SessionConfig, random: number): Step {
  if (config.mode === 'passive') return [session, []]
  const [next, effects] = begin(session, config, random)
  return [next, session.state === 'connect' ? [{ type: 'close', way: 'dialled' }, ...effects] : effects]
}

/** An accepted connection leaves the attempt to dial under way; a dialled one was it. */
function firstConnection(kept: Kept, way: Way, dialling: 'yes' | 'no'): Session {
  const connection = { [way]: { state: 'open-sent' } } as const
  return { state: 'open-sent', ...connection, dialling: way === 'accepted' ? dialling : 'no', ...kept }
}

/** Stale routes that nobody repeated in time are forgotten (RFC 4724 §4.2). */
function dropStale(session: Session): Step {
  if (session.stale.size === 0) return [session, []]
  return [{ ...session, stale: new Set<number>() }, [{ type: 'drop-stale', families: [...session.stale] }]]
}

/** RFC 4271 §8.2.2, ManualStop: Cease on every connection that spoke, routes forgotten, failures too. */
function stop(session: Session, { text, parting = 'for good' }: Event & { readonly type: 'stop' }): Step {
  const why = parting === 'to restart' ? 'reset' : 'shutdown'
  const said = asSent(text === undefined ? ceases[why] : shutdownNotification(why, cut(text)), session)
  const isOpen =
    session.state === 'open-sent' ||
    session.state === 'open-confirm' ||
    (session.state === 'established' && !(parting === 'to restart' && isKeptOnlyInSilence(session.negotiated)))
  const reason = { type: 'sent', notification: said, problem: 'stopped by the operator' } as const
  // Our own stop is the end of the peer's routes, whatever was negotiated.
  const [, effects] = tearDown(session, isOpen ? reason : { type: 'stopped' })
  const stale = [...session.stale]
  const next: Session = { state: 'idle', because: 'stopped', failures: 0, stale: new Set() }
  const last: readonly Effect[] = [
    ...effects,
    ...(stale.length > 0 ? [{ type: 'drop-stale', families: stale } as const] : []),
    ...(['connect-retry', 'idle-hold', 'stable', 'restart', 'stale'] as const).map(
      (timer) => ({ type: 'clear-timer', timer }) as const,
    ),
  ]
  return [next, last]
}

/** RFC 4724 §4: without RFC 8538 any NOTIFICATION makes the peer forget what it would keep. */
const isKeptOnlyInSilence = ({ gracefulRestart }: Negotiated): boolean => gracefulRestart?.notification === 'off'

const ceases = {
  shutdown: notification(errorCode.cease, ceaseSubcode.administrativeShutdown),
  reset: notification(errorCode.cease, ceaseSubcode.administrativeReset),
} as const

/** A text that is too long is cut rather than refused: a stop must stop. */
function cut(text: string): string {
  let kept = text.slice(0, 255)
  while (new TextEncoder().encode(kept).length > 255) kept = kept.slice(0, -1)
  return kept
}
