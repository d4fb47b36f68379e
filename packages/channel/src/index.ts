/** Secure sessions between agents: the handshake, and the sessions that follow it. */
export { CookieJar, cookieLifetime } from './cookie.ts'
export {
  type AccessName,
  accessNames,
  type AccessProfile,
  accessProfiles,
  joulesOfWake,
  type SleepPlan,
} from './energy/access-profile.ts'
export { type Consumption, Meter } from './energy/meter.ts'
export { Radio } from './energy/radio.ts'
export type { Established } from './established.ts'
export { connectionIdOctets, type HandshakeKind, kindOf, patternCode } from './handshake-message.ts'
export { Initiator, type InitiatorConfig, type InitiatorOutcome } from './initiator.ts'
export { NoiseHandshake, type NoiseConfig } from './noise/handshake.ts'
export { type Pattern, patterns, type Token } from './noise/pattern.ts'
export type { TransportKeys } from './noise/symmetric-state.ts'
export { type Credentials, credentialsDigest, encodeCredentials, type Peer, verifyPeer } from './peer.ts'
export { borrowedBelow } from './ports.ts'
export type { AeadKey, ChannelCrypto, DhKey, Encapsulation, HeaderKey, KemKey, PacketKey } from './ports.ts'
export type { RefusalCode, Refused } from './refusal.ts'
export { admit, type Admitted, type AdmitPolicy, type Answered, Responder, type ResponderConfig } from './responder.ts'
export { classicSuite, hybridSuite, type Suite } from './suite.ts'
export { RecentMap } from './resumption/recent-map.ts'
export {
  maxEarlyOctets,
  maxResumeOctets,
  resumeOverhead,
  Resumption,
  type ResumptionConfig,
} from './resumption/resumption.ts'
export type { Ticket } from './resumption/ticket.ts'
export { type ResumeConfig, type Resumed, TicketTable } from './resumption/ticket-table.ts'
export { datagramOverhead } from './session/datagram-queue.ts'
export { closeCodes, earlyStream, type SessionEvent, type StreamId } from './session/event.ts'
export { idKeyOf, isIdKeyOf } from './session/id-key.ts'
export { maxPaths, type SessionLimits } from './session/limits.ts'
export { maxNoticeOctets } from './session/notices.ts'
export type { Outgoing } from './session/outbound.ts'
export { connectionIdOf, isOfSession } from './session/packet.ts'
export type { Padding } from './session/padding.ts'
export type { PathId, PathInfo, PathState, PathStatus } from './session/path-state.ts'
export { RecordReader, recordOf } from './session/record-reader.ts'
export { maxRecordOctets, type Route } from './session/route.ts'
export { Session } from './session/session.ts'
export type { SessionConfig } from './session/session-config.ts'
export type { Treatment } from './session/stream.ts'
export { type TrafficClass, trafficClasses } from './session/traffic-class.ts'
export * from './journal/index.ts'
