/**
 * What a session keeps of its handshake. The secrets of the two directions are not among it: from them every later key
 * follows.
 * @module
 */
import type { Established } from '../established.ts'
import type { FirstKeys } from './direction-keys.ts'

export interface Lasting extends Pick<
  Established,
  'role' | 'suite' | 'remoteStatic' | 'connectionId' | 'remoteConnectionId'
> {
  readonly exporter: Uint8Array
  /** What the secrets of tickets follow from. */
  readonly tickets: Uint8Array
}

export function lastingOf(established: Established, { tickets }: FirstKeys): Lasting {
  const { role, suite, remoteStatic, connectionId, remoteConnectionId, keys } = established
  return { role, suite, remoteStatic, connectionId, remoteConnectionId, exporter: keys.exporter, tickets }
}
