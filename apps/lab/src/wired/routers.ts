/** What the routers of the scenario `wired` are configured with: iBGP with a reflector, and what `vagus device policy` prints. @module */
import { defaultClasses } from '@vagus/bgp/actuation'
import { BirdRouter, internalMap, policyBlocks, type PolicyPlan, textOf } from '@vagus/router'
import { agentAddress, as, coreAddresses, type EdgeName, edges, mobileBlock, routerId } from './network.ts'

/** @param core the reflector, as the router calls it */
const planOf = (core: string): PolicyPlan => ({
  as,
  agentAddress,
  holdTime: 9,
  classes: defaultClasses,
  links: [],
  internal: [core],
  telemetryPrefixes: 'refuse',
  mobileBlock,
})

/** Of FRR's bgpd. */
export function bgpConfig(router: 'core' | EdgeName): string {
  const peers = router === 'core' ? edges.map((edge) => coreAddresses(edge).edge) : [coreAddresses(router).core]
  return [
    `hostname ${router}`,
    `router bgp ${as}`,
    ` bgp router-id ${routerId(router)}`,
    ' no bgp default ipv4-unicast',
    ' coalesce-time 0', // a move must not wait for others
    ' timers bgp 3 9',
    ...peers.flatMap((peer) => [
      ` neighbor ${peer} remote-as ${as}`,
      ` neighbor ${peer} timers connect 1`,
      ` neighbor ${peer} advertisement-interval 0`,
    ]),
    ' address-family ipv6 unicast',
    ...peers.flatMap((peer) => [
      `  neighbor ${peer} activate`,
      ...(router === 'core'
        ? [`  neighbor ${peer} route-reflector-client`]
        : [`  neighbor ${peer} route-map ${internalMap} out`]),
    ]),
    ' exit-address-family',
    ...(router === 'core' ? [''] : [textOf(policyBlocks(planOf(coreAddresses(router).core)))]),
  ].join('\n')
}

export function birdConfig(router: EdgeName, policyFile: string): string {
  const { core, edge } = coreAddresses(router)
  return `router id ${routerId(router)};
protocol device { }
protocol direct { ipv6; }
protocol kernel { ipv6 { export where source = RTS_BGP; import all; }; learn; }
include "${policyFile}";
protocol bgp core {
  local ${edge} as ${as};
  neighbor ${core} as ${as};
  hold time 9; connect retry time 1;
  ipv6 { import all; export where source = RTS_BGP; next hop keep; gateway recursive; };
}
`
}

/** The file that it includes. */
export const birdPolicy = (socket: string, policyFile: string): Promise<string> =>
  new BirdRouter({ socket, policyFile }).snippet(planOf('core'))
