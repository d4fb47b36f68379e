/** What a box needs to run as a member: options of `vagus device`, from what vagus.yaml says of the domain. @module */
import type { Config } from '@vagus/api'
import { parseFlowEndpoint } from '../config/endpoint.ts'

/** As `deviceSettingsSchema` has it. */
type MemberSettings = {
  readonly domain: string
  readonly options: { readonly [name: string]: string | number }
}

/** The port of sFlow. */
const sflowPort = 6343

/** @param device its name; undefined: it is not said yet which one the box is @param agent id of the controller's */
export function settingsFor(config: Config, device: string | undefined, agent: string): MemberSettings {
  const { domain, devices, join, listen, tls, bgp, flow } = config
  const found = devices.find(({ name }) => name === device)
  const api =
    join?.api ?? (listen.startsWith('unix:') ? undefined : `${tls === undefined ? 'http' : 'https'}://${listen}`)
  const collector = collectorIn(flow.listen)
  return {
    domain,
    options: {
      ...(found === undefined ? {} : { name: found.name, agent: found.address }),
      ...(collector === undefined ? {} : { collector }),
      ...(bgp === undefined ? {} : { controller: bgp.listen }),
      ...(bgp?.hops === undefined ? {} : { hops: bgp.hops }),
      'steered-by': agent,
      ...(api === undefined ? {} : { api }),
      ...(join === undefined ? {} : { registrar: join.listen }),
    },
  }
}

/** Where others than this host can send counters: the port of sFlow, else any. */
function collectorIn(listen: readonly string[]): string | undefined {
  const reachable = listen.filter((text) => !/^(127\.|\[::1\])/.test(text))
  return reachable.find((text) => parseFlowEndpoint(text).port === sflowPort) ?? reachable[0]
}
