/**
 * The telemetry profile of BGP: links and heaviest traffic between agents (docs/drafts/draft-vagus-idr-telemetry.md).
 */
export { telemetryCapability, type TelemetryOffer, telemetryOfferOf } from './capability.ts'
export {
  type CarriedPage,
  type CarriedRecord,
  carrierAttributes,
  decodeCarrier,
  encodeCarrier,
  isTelemetryPrefix,
  telemetryPrefixOf,
} from './carrier-attribute.ts'
export { type CoarseLink, type CoarseTelemetry, decodeCoarse, encodeCoarse } from './carrier-communities.ts'
export { type DeviceKey, deviceNlri, deviceTlvs, readDevice, viewNlri, viewTlvs } from './device.ts'
export { maxCarrierOctets, maxCarrierPrefixes, maxClockAhead, maxViewRecords } from './limits.ts'
export { type LinkKey, linkNlri, type LinkTelemetry, linkTlvs, type NodeId, readLink } from './link.ts'
export type { LinkFigures } from './link-figures.ts'
export {
  congestedFrom,
  defaultRules,
  LinkPublisher,
  type LinkSample,
  measuredLink,
  type PublishingRules,
} from './link-publisher.ts'
export { decodeMeasurement, encodeMeasurement, type Measurement } from './measurement.ts'
export { type ReflectorConfig, TelemetryReflector } from './reflector.ts'
export { telemetryFeature, type ViewKind } from './registry.ts'
export {
  type HeldDevice,
  type HeldLink,
  type Reception,
  type TelemetryCounts,
  type TelemetrySource,
  TelemetryTable,
} from './table.ts'
export { decodeViewPage, encodeView, type View, type ViewPage, type ViewRecord } from './view.ts'
export type { FlowKey, ViewKey } from './view-key.ts'
