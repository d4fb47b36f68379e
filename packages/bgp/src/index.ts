/** BGP-4: messages, sessions, routing information bases. Pure: octets, events and the time come in as values. */
export type { Capability, GracefulRestart } from './message/capability.ts'
export { BmpFramer } from './bmp/framer.ts'
export { type BmpMalformed, type BmpMessage, type BmpTexts, decodeBmp } from './bmp/message.ts'
export { type Monitored, type MonitoredPeer, MonitoredRouter, type MonitoredTable } from './bmp/monitored-router.ts'
export type { BmpPeer, BmpRib } from './bmp/peer-header.ts'
export { MessageFramer } from './message/framer.ts'
export type { MaxLength } from './message/header.ts'
export { decodeMessage, encodeMessage, type Keepalive, type Message, type UpdateMessage } from './message/message.ts'
export { hardReset, hardResetReason, type Malformed, notification, type Notification } from './message/notification.ts'
export type { Open } from './message/open.ts'
export type { RouteRefresh } from './message/route-refresh.ts'
export { shutdownNotification, shutdownTextOf } from './message/shutdown-communication.ts'
export {
  families,
  type Family,
  type FamilyName,
  familyNameOf,
  familyKey,
  familyOfKey,
  ipv4Flowspec,
  ipv4Unicast,
  ipv6Unicast,
  linkState,
} from './family.ts'
export { maxExtendedMessageOctets, maxMessageOctets } from './limits.ts'
export { type PrefixNlri, writePrefixes } from './nlri/prefix-nlri.ts'
export type { AsPath, Segment } from './update/as-path.ts'
export { pathLengthOf } from './update/as-path.ts'
export type { UpdateContext } from './update/context.ts'
export { type LinkBandwidth, linkBandwidth, linkBandwidthOf } from './update/extended-community.ts'
export type { Fault, Treatment } from './update/fault.ts'
export type { MpReach, MpUnreach } from './update/multiprotocol.ts'
export type { Aggregator, AigpTlv, LargeCommunity, PathAttributes, UnknownAttribute } from './update/path-attributes.ts'
export { type AttributesRead, readAttributes } from './update/read-attributes.ts'
export { type DecodedUpdate, decodeUpdate, encodeUpdate, endOfRib, type Update } from './update/update.ts'
export { encodeAttributes, passedOn } from './update/write-attributes.ts'
export { decodeLinkStateTlvs, encodeLinkStateTlvs } from './link-state/attribute.ts'
export {
  decodeLinkStateNlri,
  encodeLinkStateNlri,
  type LinkStateNlri,
  type LinkStateRoutes,
} from './link-state/nlri.ts'
export { protocolId, type TlvName } from './link-state/registry.ts'
export { type LinkStateTlv, valueOf } from './link-state/tlv.ts'
export type { SessionConfig, SessionTimers } from './session/config.ts'
export { type Negotiated, negotiate, type PeerRestart } from './session/negotiate.ts'
export { openOf } from './session/open-offer.ts'
export {
  type Connection,
  type DownReason,
  type Effect,
  type Event,
  initialSession,
  type Parting,
  type Session,
  type SessionState,
  type Step,
  type Timer,
  type Way,
} from './session/state.ts'
export { step } from './session/step.ts'
export {
  addPathMode,
  attributeCode,
  ceaseSubcode,
  errorCode,
  messageType,
  origin,
  refreshSubtype,
  role,
  segmentType,
  notificationNameOf,
} from './registry.ts'
export { nlriText } from './nlri/nlri-text.ts'
export { AdjRibIn, type AdjRibInOptions, type Announced } from './rib/adj-rib-in.ts'
export { type Candidate, Decision, type PeerFacts } from './rib/decision.ts'
export { LocRib, type LocRibOptions } from './rib/loc-rib.ts'
export { type NlriEntry, NlriRib, type NlriRibOptions } from './rib/nlri-rib.ts'
export { RouteRows } from './rib/route-rows.ts'
export { type Intake, UpdateIntake } from './rib/update-intake.ts'
export {
  type Difference,
  differencesOf,
  prefixAt,
  type Route,
  type RouteTable,
  routesOf,
  slotOf,
  wordsOf,
} from './rib/view.ts'
export { PrefixIndex } from './rib/prefix-index.ts'
export type { OwnIdentity } from './update/attribute-facts.ts'
export { attributeOfBlock, attributesOfBlock } from './update/attribute-block.ts'
export { AttributeTable, type AttributeTableOptions } from './update/attribute-table.ts'
