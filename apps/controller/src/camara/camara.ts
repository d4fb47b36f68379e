/** What the routes of the CAMARA APIs ask. @module */
import type { ConsumerOf } from './consumers.ts'
import type { Places } from './places.ts'
import type { Profile } from './qos-profiles.ts'
import type { SessionDesk } from './session-desk.ts'

export interface Camara {
  readonly consumerOf: ConsumerOf
  readonly profiles: readonly Profile[]
  readonly sessions: Pick<SessionDesk, 'create' | 'find' | 'retrieve' | 'delete' | 'extend'>
  readonly places: Pick<Places, 'device'>
}
