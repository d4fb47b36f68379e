/**
 * The established session (RFC 4271 §8.2.2): UPDATE, KEEPALIVE and ROUTE-REFRESH go on, anything else ends it.
 * @module
 */
import { familyKey } from '../family.ts'
import { notification, type Notification } from '../message/notification.ts'
import type { RouteRefresh } from '../message/route-refresh.ts'
import { errorCode, fsmSubcode, refreshSubtype } from '../registry.ts'
import { type SessionConfig, timersOf } from './config.ts'
import { asSent, closing, collision, failed, tearDown } from './down.ts'
import type { Negotiated } from './negotiate.ts'
import { openOf } from './open-offer.ts'
import { type Effect, type Event, keptOf, type Session, type Step, type Way } from './state.ts'
import { holdTimer, keepaliveTimer } from './timers.ts'

type Established = Session & { readonly state: 'established' }

/** From open-confirm: the other connection ends, and routes kept from before wait for their repetition. */
export function establish(
  session: Session & { readonly state: 'open-sent' | 'open-confirm' },
  way: Way,
  negotiated: Negotiated,
  config: SessionConfig,
  random: number,
): Step {
  const other = way === 'dialled' ? 'accepted' : 'dialled'
  const [stale, dropped] = stillStale(session.stale, negotiated)
  const { failures } = session
  const effects: readonly Effect[] = [
    ...(session[other] === undefined ? [] : closing(other, collision)),
    ...(session.dialling === 'yes' ? [{ type: 'close', way: 'dialled' } as const] : []),
    { type: 'clear-timer', timer: 'restart' },
    ...(dropped.length > 0 ? [{ type: 'drop-stale', families: dropped } as const] : []),
    ...(stale.size > 0 ? [{ type: 'set-timer', timer: 'stale', after: timersOf(config).stale } as const] : []),
    { type: 'set-timer', timer: 'stable', after: timersOf(config).stable },
    ...holdTimer(way, negotiated),
    ...keepaliveTimer(way, negotiated, random),
    { type: 'established', way, negotiated },
  ]
  return [{ state: 'established', way, negotiated, disabled: new Set(), failures, stale }, effects]
}

/** RFC 4724 §4.2: what the peer does not name, or has not preserved, is forgotten at once. */
function stillStale(
  before: ReadonlySet<number>,
  { gracefulRestart }: Negotiated,
): readonly [ReadonlySet<number>, readonly number[]] {
  const isKept = (family: number): boolean => gracefulRestart?.families.get(family) === 'preserved'
  return [new Set([...before].filter(isKept)), [...before].filter((family) => !isKept(family))]
}

export function stepEstablished(session: Established, event: Event, config: SessionConfig, random: number): Step {
  const { way, negotiated } = session
  switch (event.type) {
    case 'message':
      return event.way === way ? received(session, event, config, random) : [session, []]
    case 'timer':
      if (event.timer === `hold-${way}`) {
        const expired = notification(errorCode.holdTimerExpired, 0)
        return reset(session, expired, 'the hold timer expired', config, random)
      }
      if (event.timer !== `keepalive-${way}`) return [session, []]
      return [
        session,
        [{ type: 'send', way, message: { type: 'keepalive' } }, ...keepaliveTimer(way, negotiated, random)],
      ]
    case 'closed':
      return event.way === way ? failed(session, { type: 'closed' }, config, random) : [session, []]
    case 'connected':
      return connected(session, event.way, config)
    case 'reset':
      return reset(session, event.notification, 'an UPDATE asks for a reset', config, random)
    case 'disable-family':
      return disable(session, event.family)
    case 'end-of-rib':
      return endOfRib(session, event.family)
    case 'start':
    case 'stop':
  }
  return [session, []]
}

function received(
  session: Established,
  { message }: Event & { readonly type: 'message' },
  config: SessionConfig,
  random: number,
): Step {
  const { way, negotiated } = session
  switch (message.type) {
    case 'keepalive':
      return [session, holdTimer(way, negotiated)]
    case 'update':
      return [session, [...holdTimer(way, negotiated), { type: 'update', octets: message.octets }]]
    case 'route-refresh':
      return [session, refreshed(message, session)]
    case 'notification':
      return failed(session, { type: 'received', notification: message }, config, random)
    case 'malformed':
      return reset(session, message.notification, message.problem, config, random)
    case 'open':
  }
  const said = notification(errorCode.finiteStateMachine, fsmSubcode.established)
  return reset(session, said, `${message.type} came in established`, config, random)
}

/**
 * Families that were not negotiated, and subtypes that nobody knows, are ignored (RFC 2918 §4, RFC 7313 §5); so is what
 * frames a repetition while routes of a restart wait for End-of-RIB, which says more (RFC 7313 §4).
 */
function refreshed(refresh: RouteRefresh, { negotiated, stale }: Established): readonly Effect[] {
  const family = familyKey(refresh)
  if (!negotiated.send.families.has(family)) return []
  if (refresh.subtype === refreshSubtype.request) return [{ type: 'send-routes', family }]
  if (negotiated.refresh !== 'enhanced' || stale.has(family)) return []
  if (refresh.subtype === refreshSubtype.begin) return [{ type: 'refreshed', family, phase: 'begin' }]
  if (refresh.subtype === refreshSubtype.end) return [{ type: 'refreshed', family, phase: 'end' }]
  return []
}

function reset(session: Established, said: Notification, problem: string, config: SessionConfig, random: number): Step {
  return failed(session, { type: 'sent', notification: asSent(said, session), problem }, config, random)
}

/**
 * A second connection while the session stands: the peer may have restarted without our noticing. With graceful restart
 * the new one takes over and routes are kept (RFC 4724 §5); else it is a collision (RFC 4271 §6.8).
 */
function connected(session: Established, way: Way, config: SessionConfig): Step {
  if (session.negotiated.gracefulRestart === undefined || way === 'dialled') {
    return [session, [{ type: 'refuse', way, notification: collision }]]
  }
  const [stale, effects] = tearDown(session, { type: 'closed' })
  // What is torn down is the old connection, also when it has the same way: `adopt` closes it.
  const others = effects.filter((effect) => effect.type !== 'close' || effect.way !== way)
  const next: Session = {
    state: 'open-sent',
    accepted: { state: 'open-sent' },
    dialling: 'no',
    ...keptOf(session),
    stale,
  }
  return [
    next,
    [
      ...others,
      { type: 'adopt', way },
      { type: 'send', way, message: openOf(config) },
      { type: 'set-timer', timer: `hold-${way}`, after: timersOf(config).openHold },
    ],
  ]
}

/** RFC 7606 §2: the routes of the family go, and what comes of it later is ignored. */
function disable(session: Established, family: number): Step {
  const { negotiated } = session
  if (!negotiated.receive.families.has(family)) return [session, []]
  const families = new Set([...negotiated.receive.families].filter((one) => one !== family))
  const next: Established = {
    ...session,
    negotiated: { ...negotiated, receive: { ...negotiated.receive, families } },
    disabled: new Set([...session.disabled, family]),
    stale: new Set([...session.stale].filter((one) => one !== family)),
  }
  return [next, [{ type: 'drop-routes', families: [family] }]]
}

function endOfRib(session: Established, family: number): Step {
  if (!session.stale.has(family)) return [session, []]
  const stale = new Set([...session.stale].filter((one) => one !== family))
  const effects: readonly Effect[] = [
    { type: 'drop-stale', families: [family] },
    ...(stale.size === 0 ? [{ type: 'clear-timer', timer: 'stale' } as const] : []),
  ]
  return [{ ...session, stale }, effects]
}
