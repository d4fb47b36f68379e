/**
 * The policy in the syntax of BIRD 2: a file of functions and the protocol of the agent, which the operator's
 * configuration includes; the operator's export filters call the functions.
 * @module
 */
import { classCommunity } from '@vagus/bgp/actuation'
import type { PolicyPlan } from '../router.ts'

export const agentProtocol = 'vagus'
/** Above the 100 of every BGP route and the 200 of a static one; it never leaves the router. */
const preference = 250

/** Turned into a BIRD name. */
const identifierOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '_')
export const linkFunction = (name: string): string => `vagus_to_${identifierOf(name)}`
export const internalFunction = 'vagus_to_internal'

/**
 * Preferred, so that an address that moved on is delivered here until the agent withdraws it; all others prefer the newest
 * by LOCAL_PREF at once.
 */
const mobileText = (block: string | undefined): string =>
  block === undefined
    ? ''
    : `  if net ~ [${block}{128,128}] then { bgp_community.add((65535, 65281)); preference = ${preference}; accept; } # addresses of agents; no-export\n`

/** The text of the file. */
export const policyText = (plan: PolicyPlan): string => policyParts(plan).join('\n')

/** Its independent parts; a router with additional parts also follows the plan. */
export function policyParts({
  as,
  agentAddress,
  holdTime,
  classes,
  links,
  telemetryPrefixes,
  mobileBlock,
}: PolicyPlan): readonly string[] {
  const ours = `[(${as}, 77, *), (${as}, 77000001..77999999, *)]`
  const head = `# Written by vagus: traffic classes as attributes. Included by the configuration of this router.
# Only what this router's own agent announces has an effect: anybody else may attach any community.
define VAGUS_COMMUNITIES = ${ours};
`
  const ofLinks = links.map(
    ({ name, ifIndex }) => `# Call ${linkFunction(name)}(); before "accept" in what is exported over ${name}.
function ${linkFunction(name)}()
{
  if proto = "${agentProtocol}" then {
${classes
  .map(({ number, med, prepend, localPref }) => {
    const { globalAdministrator, localData1, localData2 } = classCommunity(as, ifIndex, number)
    const actions = [
      ...(med === undefined ? [] : [`bgp_med = ${med};`]),
      ...(localPref === undefined ? [] : [`bgp_local_pref = ${localPref};`]),
      ...Array.from({ length: prepend ?? 0 }, () => `bgp_path.prepend(${as});`),
    ]
    return `    if (${globalAdministrator}, ${localData1}, ${localData2}) ~ bgp_large_community then { ${actions.join(' ')} }`
  })
  .join('\n')}
  }
  bgp_large_community.delete(VAGUS_COMMUNITIES);
}
`,
  )
  const rest = `# Call ${internalFunction}(); first in what is exported to internal peers.
function ${internalFunction}()
{
  if proto = "${agentProtocol}" && (${as}, 77, 1) ~ bgp_large_community then reject;
  bgp_large_community.delete(VAGUS_COMMUNITIES);
}

filter vagus_from_agent
{
  if bgp_large_community ~ VAGUS_COMMUNITIES then { preference = ${preference}; accept; }
${telemetryPrefixes === 'accept' ? '  if net ~ [100.64.0.0/10{32,32}] then accept;\n' : ''}${mobileText(mobileBlock)}  reject;
}

protocol bgp ${agentProtocol}
{
  description "vagus device agent";
  local as ${as};
  neighbor ${agentAddress} as ${as};
  multihop;
  passive;
  hold time ${holdTime};
  connect retry time 1;
  rr client;
  ipv4 { import filter vagus_from_agent; export where source = RTS_BGP; next hop keep; add paths tx; };
  ipv6 { import filter vagus_from_agent; export where source = RTS_BGP; next hop keep; add paths tx; };
}
`
  return [head, ...ofLinks, rest]
}
