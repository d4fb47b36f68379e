/** The BGP side of a controller, to which agents beside routers connect. @module */
import { readKeyFile } from '@vagus/speaker'
import { parseFlowEndpoint } from '../config/endpoint.ts'
import type { Core } from '../core.ts'
import { type Refused, TelemetryHub } from './hub.ts'
import { measuredLinksOf } from './resources.ts'

/** Undefined where nobody is to connect. @throws {RangeError} without an AS number, or with a key file that cannot be used */
export async function openTelemetry({ config, state, tell, report, opened }: Core): Promise<TelemetryHub | undefined> {
  const { bgp, as, devices } = config
  if (bgp === undefined) return undefined
  if (as === undefined) throw new RangeError('"bgp.listen" needs "as", our AS number')
  const listen = parseFlowEndpoint(bgp.listen)
  const identifier = bgp.identifier ?? listen.address
  const protection = {
    ...(bgp.keyFile === undefined ? {} : { password: readKeyFile(bgp.keyFile) }),
    ...(bgp.hops === undefined ? {} : { ttlSecurity: bgp.hops }),
  }
  const onRefused = ({ address, problem, count }: Refused): void =>
    tell({ event: 'agent.refused', subject: address, fields: { address, problem, count } })
  const telemetry = await TelemetryHub.start({ as, identifier, listen, devices, protection, report, onRefused })
  opened.defer(() => telemetry.stop())
  state.follow(() => measuredLinksOf(telemetry.table, state.config, Date.now()))
  return telemetry
}
