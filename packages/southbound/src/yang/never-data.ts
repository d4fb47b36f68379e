/** Nodes of YANG data that no operator can allow to AI agents by a pattern, and why. @module */
import { isSecretName } from './secret-data.ts'
import type { DataLine } from './data-line.ts'

const reasons = {
  access: 'it is about who may log in, and how the router is managed, which are the operator’s; leave it out',
  origin: 'it would originate a prefix, which AI agents never do; ask the operator',
  secret: 'it has to do with credentials, which are the operator’s; leave it out',
} as const

/** Modules that are about nothing else (RFC 8341, 9642, 9641, 9644; the drafts of NETCONF and RESTCONF servers). */
const accessModules =
  /^(?:ietf-netconf-acm|ietf-netconf-server|ietf-restconf-server|ietf-ssh-.*|ietf-tls-.*|ietf-keystore|ietf-truststore|openconfig-aaa.*|openconfig-system-management|openconfig-gnsi-.*)$/
const accessNames: ReadonlySet<string> = new Set([
  'nacm',
  'aaa',
  'user',
  'users',
  'local-user',
  'username',
  'usernames',
  'login',
  'root-authentication',
  'authentication-order',
  'authentication',
  'authorization',
  'accounting',
  'tacacs',
  'tacacs-server',
  'tacplus-server',
  'radius',
  'radius-server',
  'ssh',
  'ssh-server',
  'netconf',
  'netconf-yang',
  'netconf-server',
  'restconf',
  'telnet',
  'telnet-server',
  'grpc',
  'grpc-server',
  'grpc-servers',
  'gnmi',
])
/** What originates, in the models of IETF, OpenConfig and vendors. */
const originNames =
  /^(?:static|static-routes?|router-static|route|routes|connected-routes|redistribut\w*|table-connections?|network-statements?|(?:sourced-)?networks?|aggregates?|local-aggregates?|aggregate-address(?:es)?|generate|default-originate|default-information|advertise-.*|originate.*)$/

/** In which an interface has its addresses: IETF, OpenConfig and SR OS; IOS XE; IOS XR; Junos. */
const addressed = /^(?:ipv[46]|ip|ipv[46]-network|inet6?)$/

/** Why a node must neither be set nor removed; undefined where a pattern may allow it. */
export function neverDataProblem({ steps }: DataLine): string | undefined {
  for (const [at, { module, name, keys }] of steps.entries()) {
    if (isSecretName(name) || keys.some(([key]) => isSecretName(key))) return reasons.secret
    if (accessModules.test(module) || accessNames.has(name)) return reasons.access
    // The prefix of an address is a connected one. SR OS has a second one as `secondary[address='…']`.
    const isAddress =
      (/^(?:address(?:es)?|primary|secondary)$/.test(name) || keys.some(([key]) => key === 'address')) &&
      steps.slice(0, at).some((outer) => addressed.test(outer.name))
    if (isAddress || originNames.test(name)) return reasons.origin
  }
  return undefined
}
