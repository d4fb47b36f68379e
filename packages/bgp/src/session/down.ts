/**
 * The end of connections and sessions: what is said, what becomes of routes (RFC 4271 §8.2.2, RFC 4724 §4.2, RFC 8538
 * §4), and how long we wait before the next attempt.
 * @module
 */
import { hardReset, hardResetReason, isHardReset, notification, type Notification } from '../message/notification.ts'
import { ceaseSubcode, errorCode } from '../registry.ts'
import type { SessionConfig } from './config.ts'
import type { Negotiated } from './negotiate.ts'
import { type DownReason, type Effect, type Session, type Step, type Way } from './state.ts'
import { clearConnectionTimers, type Ending, idleHold } from './timers.ts'

/** Says why, when there is something to say, and closes. */
export function closing(way: Way, said: Notification | undefined): readonly Effect[] {
  return [
    ...(said === undefined ? [] : [{ type: 'send', way, message: said } as const]),
    { type: 'close', way },
    ...clearConnectionTimers(way),
  ]
}

/** RFC 4271 §6.8, RFC 4486. */
export const collision: Notification = notification(errorCode.cease, ceaseSubcode.connectionCollision)
export const rejected: Notification = notification(errorCode.cease, ceaseSubcode.connectionRejected)

/** Every connection ends; of an established session, routes are kept or forgotten. The stale families are returned. */
export function tearDown(session: Session, reason: DownReason): readonly [ReadonlySet<number>, readonly Effect[]] {
  const said = reason.type === 'sent' ? reason.notification : undefined
  switch (session.state) {
    case 'idle':
    case 'active':
      return [session.stale, []]
    case 'connect':
      return [session.stale, [{ type: 'close', way: 'dialled' }]]
    case 'open-sent':
    case 'open-confirm': {
      const { dialled, accepted, dialling } = session
      return [
        session.stale,
        [
          ...(dialled === undefined ? [] : closing('dialled', said)),
          ...(accepted === undefined ? [] : closing('accepted', said)),
          ...(dialling === 'yes' ? [{ type: 'close', way: 'dialled' } as const] : []),
        ],
      ]
    }
    case 'established':
  }
  const [stale, routes] = routesAfter(session, reason)
  const end: readonly Effect[] = [
    { type: 'clear-timer', timer: 'stable' },
    { type: 'down', reason },
  ]
  return [stale, [...closing(session.way, said), ...end, ...routes]]
}

/** Back to idle, where the next attempt waits the longer the more failures there were. */
export function failed(session: Session, reason: DownReason, config: SessionConfig, random: number): Step {
  const [stale, effects] = tearDown(session, reason)
  const how = howEnded(reason)
  const failures = session.failures + (how === 'failed' ? 1 : 0)
  const next: Session = { state: 'idle', because: 'waiting', failures, stale }
  const wait = idleHold(failures, how, config, random)
  return [next, [...effects, { type: 'clear-timer', timer: 'connect-retry' }, wait]]
}

/** What the peer's operator wanted, or a peer that was not ready yet, says nothing of how the next session will do. */
function howEnded(reason: DownReason): Ending {
  const cease = ceaseReceived(reason)
  if (cease === ceaseSubcode.connectionRejected) return 'refused'
  return cease !== undefined && ofOperators.includes(cease) ? 'wanted' : 'failed'
}

const ofOperators: readonly number[] = [
  ceaseSubcode.administrativeShutdown,
  ceaseSubcode.peerDeconfigured,
  ceaseSubcode.administrativeReset,
]

/** The subcode of the peer's Cease, also of one within a hard reset. */
function ceaseReceived(reason: DownReason): number | undefined {
  if (reason.type !== 'received') return undefined
  const { code, subcode } = hardResetReason(reason.notification) ?? reason.notification
  return code === errorCode.cease ? subcode : undefined
}

/** Families of the graceful restart are kept for as long as the peer asked; all others are forgotten. */
function routesAfter(
  session: Session & { readonly state: 'established' },
  reason: DownReason,
): readonly [ReadonlySet<number>, readonly Effect[]] {
  const { negotiated } = session
  const restart = negotiated.gracefulRestart
  const all = [...negotiated.receive.families, ...session.disabled]
  const kept = restart === undefined || !keepsRoutes(negotiated, reason) ? [] : [...restart.families.keys()]
  const stale = new Set(kept.filter((family) => negotiated.receive.families.has(family)))
  const dropped = all.filter((family) => !stale.has(family))
  const effects: Effect[] = []
  if (dropped.length > 0) effects.push({ type: 'drop-routes', families: dropped })
  effects.push({ type: 'clear-timer', timer: 'stale' })
  if (stale.size > 0 && restart !== undefined) {
    effects.push({ type: 'mark-stale', families: [...stale] })
    effects.push({ type: 'set-timer', timer: 'restart', after: restart.restartTime * 1000 })
  }
  return [stale, effects]
}

/** RFC 4724: only when the connection just ended; RFC 8538: also after a NOTIFICATION that is no hard reset. */
function keepsRoutes({ gracefulRestart }: Negotiated, reason: DownReason): boolean {
  if (reason.type === 'closed') return true
  if (reason.type === 'stopped' || reason.type === 'unanswered') return false
  if (reason.type === 'sent' && isShutdown(reason.notification)) return false
  return gracefulRestart?.notification === 'on' && !isHardReset(reason.notification)
}

const isShutdown = ({ code, subcode }: Notification): boolean =>
  code === errorCode.cease && subcode === ceaseSubcode.administrativeShutdown

/**
 * The NOTIFICATION as it goes out: where RFC 8538 was negotiated, the codes after which the peer must not use our
 * routes any more are sent as a hard reset (§3.1).
 */
export function asSent(said: Notification, session: Session): Notification {
  const isSpoken = session.state === 'established' && session.negotiated.gracefulRestart?.notification === 'on'
  const hard: readonly number[] = [
    ceaseSubcode.maxPrefixes,
    ceaseSubcode.administrativeShutdown,
    ceaseSubcode.peerDeconfigured,
    ceaseSubcode.outOfResources,
  ]
  return isSpoken && said.code === errorCode.cease && hard.includes(said.subcode) ? hardReset(said) : said
}
