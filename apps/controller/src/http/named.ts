/** The resources' schemas under the names that they have in the OpenAPI document. @module */
import { commitNoticeListSchema } from '@vagus/api/southbound'
import {
  agentListSchema,
  agentResourceSchema,
  bgpDiffSchema,
  bgpPeerListSchema,
  bgpRoutesSchema,
  configSchema,
  deviceListSchema,
  eventListSchema,
  exporterListSchema,
  flowTopSchema,
  healthSchema,
  ipv6ShareSchema,
  linkListSchema,
  linkLoadSchema,
  matrixSchema,
  neighbourListSchema,
  rosterListSchema,
  rosterResourceSchema,
  sessionListSchema,
  statusSchema,
  topologySchema,
  trafficSeriesSchema,
} from '@vagus/api'
import { auditHeadSchema, auditListSchema, auditTraceSchema } from '@vagus/api/audit'
import { intentListSchema, intentResourceSchema } from '@vagus/api/intent'
import { intentPlacesSchema } from '@vagus/api/intent-places'
import { joinListSchema, joinResourceSchema } from '@vagus/api/joins'
import { lineListSchema, lineQuoteSchema, lineResourceSchema } from '@vagus/api/lines'
import {
  approvalResourceSchema,
  borderListSchema,
  proposalListSchema,
  proposalResourceSchema,
} from '@vagus/api/steering'
import { transferTimesSchema } from '@vagus/api/transfers'
import { actuationListSchema, deviceAgentSchema, deviceTopSchema, linkTelemetryListSchema } from '@vagus/api/telemetry'
import { unusualListSchema } from '@vagus/api/unusual'
import { deviceInterfacesSchema } from '@vagus/api/counters'
import { agentFlowsSchema, agentTrafficSchema, whoisSchema } from '@vagus/api/whois'

export const named = {
  unusualList: unusualListSchema.meta({ id: 'UnusualList' }),
  auditHead: auditHeadSchema.meta({ id: 'AuditHead' }),
  auditTrace: auditTraceSchema.meta({ id: 'AuditTrace' }),
  auditList: auditListSchema.meta({ id: 'AuditList' }),
  agent: agentResourceSchema.meta({ id: 'Agent' }),
  agentList: agentListSchema.meta({ id: 'AgentList' }),
  sessionList: sessionListSchema.meta({ id: 'SessionList' }),
  roster: rosterResourceSchema.meta({ id: 'Roster' }),
  rosterList: rosterListSchema.meta({ id: 'RosterList' }),
  intent: intentResourceSchema.meta({ id: 'Intent' }),
  intentList: intentListSchema.meta({ id: 'IntentList' }),
  intentPlaces: intentPlacesSchema.meta({ id: 'IntentPlaces' }),
  status: statusSchema.meta({ id: 'Status' }),
  whois: whoisSchema.meta({ id: 'Whois' }),
  agentFlows: agentFlowsSchema.meta({ id: 'AgentFlows' }),
  agentTraffic: agentTrafficSchema.meta({ id: 'AgentTraffic' }),
  flowTop: flowTopSchema.meta({ id: 'FlowTop' }),
  matrix: matrixSchema.meta({ id: 'Matrix' }),
  transferTimes: transferTimesSchema.meta({ id: 'TransferTimes' }),
  linkList: linkListSchema.meta({ id: 'LinkList' }),
  linkLoad: linkLoadSchema.meta({ id: 'LinkLoad' }),
  deviceList: deviceListSchema.meta({ id: 'DeviceList' }),
  deviceInterfaces: deviceInterfacesSchema.meta({ id: 'DeviceInterfaces' }),
  exporterList: exporterListSchema.meta({ id: 'ExporterList' }),
  topology: topologySchema.meta({ id: 'Topology' }),
  ipv6Share: ipv6ShareSchema.meta({ id: 'Ipv6Share' }),
  trafficSeries: trafficSeriesSchema.meta({ id: 'TrafficSeries' }),
  neighbourList: neighbourListSchema.meta({ id: 'NeighbourList' }),
  linkTelemetryList: linkTelemetryListSchema.meta({ id: 'LinkTelemetryList' }),
  deviceTop: deviceTopSchema.meta({ id: 'DeviceTop' }),
  actuationList: actuationListSchema.meta({ id: 'ActuationList' }),
  approval: approvalResourceSchema.meta({ id: 'Approval' }),
  borderList: borderListSchema.meta({ id: 'BorderList' }),
  proposalList: proposalListSchema.meta({ id: 'ProposalList' }),
  proposal: proposalResourceSchema.meta({ id: 'Proposal' }),
  lineQuote: lineQuoteSchema.meta({ id: 'LineQuote' }),
  lineList: lineListSchema.meta({ id: 'LineList' }),
  line: lineResourceSchema.meta({ id: 'Line' }),
  join: joinResourceSchema.meta({ id: 'Join' }),
  joinList: joinListSchema.meta({ id: 'JoinList' }),
  bgpPeerList: bgpPeerListSchema.meta({ id: 'BgpPeerList' }),
  bgpRoutes: bgpRoutesSchema.meta({ id: 'BgpRoutes' }),
  bgpDiff: bgpDiffSchema.meta({ id: 'BgpDiff' }),
  commitNoticeList: commitNoticeListSchema.meta({ id: 'CommitNoticeList' }),
  deviceAgent: deviceAgentSchema.meta({ id: 'DeviceAgent' }),
  eventList: eventListSchema.meta({ id: 'EventList' }),
  health: healthSchema.meta({ id: 'Health' }),
  config: configSchema.meta({ id: 'Config' }),
}
