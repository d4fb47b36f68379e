/**
 * Sessions that are being opened: OPEN sent, or OPEN exchanged (RFC 4271 §8.2.2, OpenSent and OpenConfirm), with up to
 * two connections, of which collision detection (§6.8) leaves one.
 * @module
 */
import { notification, type Notification } from '../message/notification.ts'
import type { Open } from '../message/open.ts'
import { errorCode, fsmSubcode } from '../registry.ts'
import { type SessionConfig, timersOf } from './config.ts'
import { closing, collision, failed, rejected } from './down.ts'
import { establish } from './established.ts'
import { type Negotiated, negotiate, openProblem } from './negotiate.ts'
import { openOf } from './open-offer.ts'
import {
  type Connection,
  type DownReason,
  type Effect,
  type Event,
  keptOf,
  type Session,
  type Step,
  type Way,
} from './state.ts'
import { connectRetry, holdTimer, keepaliveTimer } from './timers.ts'

type Opening = Session & { readonly state: 'open-sent' | 'open-confirm' }

const otherOf = (way: Way): Way => (way === 'dialled' ? 'accepted' : 'dialled')

/** Takes a new connection and sends our OPEN; until the peer's comes, the hold timer is large (RFC 4271 §8.2.2). */
export function openSent(way: Way, config: SessionConfig): readonly Effect[] {
  return [
    { type: 'adopt', way },
    { type: 'clear-timer', timer: 'connect-retry' },
    { type: 'send', way, message: openOf(config) },
    { type: 'set-timer', timer: `hold-${way}`, after: timersOf(config).openHold },
  ]
}

/** The session with other connections; undefined takes one away. At least one must be left. */
function withConnection(
  session: Opening,
  way: Way,
  connection: Connection | undefined,
  dialling = session.dialling,
): Opening {
  const { [way]: _, ...others } = session
  const other = session[otherOf(way)]
  const isConfirmed = connection?.state === 'open-confirm' || other?.state === 'open-confirm'
  const next = { ...others, state: isConfirmed ? ('open-confirm' as const) : ('open-sent' as const), dialling }
  return connection === undefined ? next : { ...next, [way]: connection }
}

export function stepOpening(session: Opening, event: Event, config: SessionConfig, random: number): Step {
  switch (event.type) {
    case 'connected':
      return connected(session, event.way, config)
    case 'closed':
      return closed(session, event.way, config, random)
    case 'timer':
      return timer(session, event.timer, config, random)
    case 'message':
      return received(session, event, config, random)
    case 'start':
    case 'stop':
    case 'reset':
    case 'disable-family':
    case 'end-of-rib':
  }
  return [session, []]
}

function connected(session: Opening, way: Way, config: SessionConfig): Step {
  const isExpected = way === 'accepted' || session.dialling === 'yes'
  if (!isExpected || session[way] !== undefined) return [session, [{ type: 'refuse', way, notification: rejected }]]
  const dialling = way === 'dialled' ? 'no' : session.dialling
  return [withConnection(session, way, { state: 'open-sent' }, dialling), openSent(way, config)]
}

function closed(session: Opening, way: Way, config: SessionConfig, random: number): Step {
  const connection = session[way]
  if (connection === undefined) {
    return [way === 'dialled' ? { ...session, dialling: 'no' } : session, []]
  }
  const effects = [
    { type: 'clear-timer', timer: `hold-${way}` },
    { type: 'clear-timer', timer: `keepalive-${way}` },
  ] as const
  if (session[otherOf(way)] !== undefined) return [withConnection(session, way, undefined), effects]
  const kept = keptOf(session)
  if (session.dialling === 'yes') return [{ state: 'connect', ...kept }, [...effects, connectRetry(config, random)]]
  // RFC 4271 §8.2.2, event 18: from OpenSent to Active, from OpenConfirm to Idle.
  if (connection.state === 'open-confirm') return lost(session, way, { type: 'closed' }, config, random)
  const retry = config.mode === 'active' ? [connectRetry(config, random)] : []
  return [{ state: 'active', ...kept }, [...effects, { type: 'down', reason: { type: 'unanswered' } }, ...retry]]
}

function timer(session: Opening, name: string, config: SessionConfig, random: number): Step {
  for (const way of ['dialled', 'accepted'] as const) {
    const connection = session[way]
    if (connection === undefined) continue
    if (name === `hold-${way}`) {
      return refused(
        session,
        way,
        notification(errorCode.holdTimerExpired, 0),
        'the hold timer expired',
        config,
        random,
      )
    }
    if (name !== `keepalive-${way}` || connection.state !== 'open-confirm') continue
    return [
      session,
      [{ type: 'send', way, message: { type: 'keepalive' } }, ...keepaliveTimer(way, connection.negotiated, random)],
    ]
  }
  return [session, []]
}

function received(
  session: Opening,
  event: Event & { readonly type: 'message' },
  config: SessionConfig,
  random: number,
): Step {
  const { way, message } = event
  const connection = session[way]
  if (connection === undefined) return [session, []]
  if (message.type === 'notification') {
    return lost(session, way, { type: 'received', notification: message }, config, random)
  }
  if (message.type === 'malformed') {
    return refused(session, way, message.notification, message.problem, config, random)
  }
  if (connection.state === 'open-sent' && message.type === 'open') return opened(session, way, message, config, random)
  if (connection.state === 'open-confirm' && message.type === 'keepalive') {
    return establish(session, way, connection.negotiated, config, random)
  }
  const subcode = connection.state === 'open-sent' ? fsmSubcode.openSent : fsmSubcode.openConfirm
  const problem = `${message.type} came in ${connection.state}`
  return refused(session, way, notification(errorCode.finiteStateMachine, subcode), problem, config, random)
}

function opened(session: Opening, way: Way, open: Open, config: SessionConfig, random: number): Step {
  const negotiated = negotiate(open, config)
  if (negotiated.type === 'notification') {
    return refused(session, way, negotiated, openProblem(negotiated, open, config), config, random)
  }
  const other = otherOf(way)
  const rival = session[other]
  const winner = winnerOf(negotiated, config)
  if (rival?.state === 'open-confirm' && winner !== way) {
    return [withConnection(session, way, undefined), closing(way, collision)]
  }
  // While the rival's OPEN is out, the loser stays: were it closed now, a dead winner would leave nothing.
  const isRivalOver = rival !== undefined && winner === way
  const alone = isRivalOver ? withConnection(session, other, undefined) : session
  const next = withConnection(alone, way, { state: 'open-confirm', negotiated })
  return [
    next,
    [
      ...(isRivalOver ? closing(other, collision) : []),
      { type: 'send', way, message: { type: 'keepalive' } },
      ...holdTimer(way, negotiated),
      ...keepaliveTimer(way, negotiated, random),
    ],
  ]
}

/**
 * RFC 4271 §6.8: the connection stays that the speaker with the higher identifier dialled; RFC 6286 §2.3: or higher AS.
 */
function winnerOf({ peerIdentifier, peerAs }: Negotiated, { bgpIdentifier, localAs }: SessionConfig): Way {
  if (bgpIdentifier !== peerIdentifier) return bgpIdentifier > peerIdentifier ? 'dialled' : 'accepted'
  return localAs > peerAs ? 'dialled' : 'accepted'
}

/** One connection ends with our NOTIFICATION; the session with it, unless there is another connection. */
function refused(
  session: Opening,
  way: Way,
  said: Notification,
  problem: string,
  config: SessionConfig,
  random: number,
): Step {
  return lost(session, way, { type: 'sent', notification: said, problem }, config, random)
}

function lost(session: Opening, way: Way, reason: DownReason, config: SessionConfig, random: number): Step {
  if (session[otherOf(way)] === undefined) {
    const [next, effects] = failed(session, reason, config, random)
    return [next, [...effects, { type: 'down', reason }]]
  }
  const said = reason.type === 'sent' ? reason.notification : undefined
  return [withConnection(session, way, undefined), closing(way, said)]
}
