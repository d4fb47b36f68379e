/**
 * A session of quality-on-demand: a private line for the packets between a device and an application server.
 *
 *   REQUESTED ─▶ AVAILABLE ─▶ UNAVAILABLE ─▶ forgotten
 *        └───────────────────────▲
 *
 * Times are milliseconds since 1970.
 * @module
 */
import type { Actor } from '@vagus/api/actor'
import type { ApplicationServer, CamaraDevice, QosStatus, SessionInfo, StatusInfo } from '@vagus/api/camara'
import type { Flow } from '@vagus/line'

/** A change of status that the consumer is to be told of. */
export interface SessionNews {
  /** Of the event: the same when it is told again. */
  readonly id: string
  readonly at: number
  readonly status: Exclude<QosStatus, 'REQUESTED'>
  readonly info?: StatusInfo
}

export interface KeptSession {
  /** A UUID. */
  readonly id: string
  /** Name of who created it; null: the operator. */
  readonly consumer: string | null
  /** The one identifier that was used, as it came. */
  readonly device: CamaraDevice
  readonly applicationServer: ApplicationServer
  readonly profile: string
  readonly sink?: { readonly url: string; readonly token?: { readonly text: string; readonly until: number } }
  /** Sites. */
  readonly from: string
  readonly to: string
  readonly flow: Flow
  /** Seconds, as granted. */
  readonly duration: number
  readonly status: QosStatus
  readonly info?: StatusInfo
  /** Of the status. */
  readonly since: number
  readonly startedAt?: number
  /** When it is to end, or has ended. */
  readonly expiresAt?: number
  /** Its consumer has deleted it: nobody sees it any more. */
  readonly isDeleted?: true
  /** Not told yet, oldest first: at most one for each status. */
  readonly news: readonly SessionNews[]
}

/** Idempotency-Key of its line: no key of a client has a space. */
export const lineKeyOf = ({ id }: Pick<KeptSession, 'id'>): string => `qod ${id}`

/** As `vagus line ls -o wide` and the record say whose a line is. */
export const actorOf = ({ id, consumer }: Pick<KeptSession, 'id' | 'consumer'>): Actor => ({
  kind: 'controller',
  id: null,
  name: `QoD session ${id} of ${consumer ?? 'the operator'}`,
})

/** Whether it has a line, or may get one. */
export const isOpen = ({ status }: Pick<KeptSession, 'status'>): boolean => status !== 'UNAVAILABLE'

/** RFC 3339, in whole seconds where it is some. */
const timeText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

export function sessionInfo(session: KeptSession): SessionInfo {
  const { id, device, applicationServer, profile, sink, duration, status, info, startedAt, expiresAt } = session
  return {
    sessionId: id,
    device,
    applicationServer,
    qosProfile: profile,
    ...(sink === undefined ? {} : { sink: sink.url }),
    duration,
    ...(startedAt === undefined ? {} : { startedAt: timeText(startedAt) }),
    ...(expiresAt === undefined ? {} : { expiresAt: timeText(expiresAt) }),
    qosStatus: status,
    ...(info === undefined ? {} : { statusInfo: info }),
  }
}

/** A CloudEvent 1.0. @param path of the session */
export const eventOf = ({ id: sessionId }: Pick<KeptSession, 'id'>, news: SessionNews, path: string) => ({
  id: news.id,
  source: path,
  specversion: '1.0',
  type: 'org.camaraproject.quality-on-demand.v1.qos-status-changed',
  datacontenttype: 'application/json',
  time: timeText(news.at),
  data: { sessionId, qosStatus: news.status, ...(news.info === undefined ? {} : { statusInfo: news.info }) },
})
