/** Messages of handshakes on their way. @module */
import { recordOf } from '@vagus/channel'
import type { HostRoute } from '@vagus/transport'

/** Sends a handshake message in the form that the route takes. */
export function sendMessage(route: HostRoute, message: Uint8Array): void {
  route.send(route.kind === 'stream' ? recordOf(message) : message)
}
