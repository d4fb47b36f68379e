/** BGP-4: messages, sessions, routing information bases. Pure: octets, events and the time come in as values. */
export type { Capability, GracefulRestart } from './message/capability.ts'
export { MessageFramer } from './message/framer.ts'
export type { MaxLength } from './message/header.ts'
export { decodeMessage, encodeMessage, type Keepalive, type Message, type UpdateMessage } from './message/message.ts'
export { hardReset, hardResetReason, type Malformed, notification, type Notification } from './message/notification.ts'
export type { Open } from './message/open.ts'
export type { RouteRefresh } from './message/route-refresh.ts'
export { shutdownNotification, shutdownTextOf } from './message/shutdown-communication.ts'
export {
  type Family,
  familyKey,
  familyOfKey,
  ipv4Flowspec,
  ipv4Unicast,
  ipv6Flowspec,
  ipv6Unicast,
  linkState,
} from './family.ts'
export { maxExtendedMessageOctets, maxMessageOctets } from './limits.ts'
