/**
 * What a session keeps of its handshake. The secrets of the two directions are not among it: from them every later key
 * follows.
 * @module
 */
import type { Established } from '../established.ts'

export interface Lasting extends Pick<
  Established,
  'role' | 'suite' | 'remoteStatic' | 'connectionId' | 'remoteConnectionId'
> {
  readonly exporter: Uint8Array
}

export function lastingOf(established: Established): Lasting {
  const { role, suite, remoteStatic, connectionId, remoteConnectionId, keys } = established
  return { role, suite, remoteStatic, connectionId, remoteConnectionId, exporter: keys.exporter }
}
