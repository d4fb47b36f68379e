/** The contract between controller, command line, lab and console. */
export { type Actor, actorText } from './actor.ts'
export {
  type Agent,
  type AgentList,
  agentListSchema,
  type AgentResource,
  agentResourceSchema,
  type AgentsQuery,
  agentsQuerySchema,
} from './agents.ts'
export {
  type BgpDiff,
  bgpDiffQuerySchema,
  bgpDiffSchema,
  type BgpPath,
  type BgpPeer,
  type BgpPeerList,
  bgpPeerListSchema,
  bgpPeersQuerySchema,
  type BgpRoutes,
  bgpRoutesQuerySchema,
  bgpRoutesSchema,
} from './bgp.ts'
export { type Config, type ConfigInput, configSchema } from './config.ts'
export { configJsonSchema, type JsonSchema } from './config-json-schema.ts'
export { type Event, type EventList, eventListSchema, eventSchema } from './event.ts'
export { healthSchema, type Problem, problemSchema } from './problem.ts'
export {
  eventsQuerySchema,
  exportQuerySchema,
  ipv6ShareQuerySchema,
  keptSinceHeader,
  loadQuerySchema,
  matrixQuerySchema,
  maxTopItems,
  type Topic,
  topics,
  topQuerySchema,
  trafficSeriesQuerySchema,
  windowQuerySchema,
} from './requests.ts'
export {
  type Membership,
  type RosterList,
  rosterListSchema,
  rosterQuerySchema,
  type RosterResource,
  rosterResourceSchema,
  type RosterSummary,
} from './rosters.ts'
export {
  apiVersion,
  type Device,
  type DeviceList,
  deviceListSchema,
  type Dimension,
  dimensions,
  type Exporter,
  type ExporterList,
  exporterListSchema,
  type FilterDimension,
  filterDimensions,
  type FlowTop,
  flowTopSchema,
  type Ipv6Share,
  ipv6ShareSchema,
  type Expected,
  type Link,
  type LinkList,
  linkListSchema,
  type LinkLoad,
  linkLoadSchema,
  type Matrix,
  matrixSchema,
  type Quality,
  type Status,
  statusSchema,
  type Topology,
  topologySchema,
  type TrafficSeries,
  trafficSeriesSchema,
  type Window,
} from './resources.ts'
export { type EventName, sentenceOf, sentences } from './sentences.ts'
export { maxReportOctets, reportHoldsFor, reportHoldsSeconds, sessionReportType } from './session-report.ts'
export {
  type ReportedSession,
  type Session,
  type SessionList,
  sessionListSchema,
  type SessionPath,
  type SessionRadio,
  type SessionReport,
  sessionReportSchema,
  sessionsQuerySchema,
} from './sessions.ts'
export { type NeighbourList, neighbourListSchema } from './neighbours.ts'
