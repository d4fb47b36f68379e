/** The resources' schemas under the names that they have in the OpenAPI document. @module */
import {
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
  statusSchema,
  topologySchema,
} from '@vagus/api'
import { deviceAgentSchema, deviceTopSchema, linkTelemetryListSchema } from '@vagus/api/telemetry'

export const named = {
  status: statusSchema.meta({ id: 'Status' }),
  flowTop: flowTopSchema.meta({ id: 'FlowTop' }),
  matrix: matrixSchema.meta({ id: 'Matrix' }),
  linkList: linkListSchema.meta({ id: 'LinkList' }),
  linkLoad: linkLoadSchema.meta({ id: 'LinkLoad' }),
  deviceList: deviceListSchema.meta({ id: 'DeviceList' }),
  exporterList: exporterListSchema.meta({ id: 'ExporterList' }),
  topology: topologySchema.meta({ id: 'Topology' }),
  ipv6Share: ipv6ShareSchema.meta({ id: 'Ipv6Share' }),
  neighbourList: neighbourListSchema.meta({ id: 'NeighbourList' }),
  linkTelemetryList: linkTelemetryListSchema.meta({ id: 'LinkTelemetryList' }),
  deviceTop: deviceTopSchema.meta({ id: 'DeviceTop' }),
  deviceAgent: deviceAgentSchema.meta({ id: 'DeviceAgent' }),
  eventList: eventListSchema.meta({ id: 'EventList' }),
  health: healthSchema.meta({ id: 'Health' }),
  config: configSchema.meta({ id: 'Config' }),
}
