/** The policy as GoBGP's configuration file has it, for the operator to read and to keep. @module */
import { definedType, routeAction } from './api.ts'
import { exportPolicy, type GobgpPolicy, importPolicy, type Policy, type Statement } from './policy.ts'

/** Tables of TOML, in the order in which GoBGP's own documentation has them. */
export function tomlOf({ sets, policies, peer }: GobgpPolicy): string {
  return `${[...sets.map(setText), ...policies.map(policyText), peerText(peer), listsText].join('\n')}\n`
}

const quoted = (text: string): string => `'${text}'`
const list = (texts: readonly string[] = []): string => `[${texts.map(quoted).join(', ')}]`

function setText({ type, name = '', list: texts, prefixes }: GobgpPolicy['sets'][number]): string {
  if (type === definedType.neighbor) {
    return `[[defined-sets.neighbor-sets]]
  neighbor-set-name = ${quoted(name)}
  neighbor-info-list = ${list(texts)}`
  }
  if (type === definedType.largeCommunity) {
    return `[[defined-sets.bgp-defined-sets.large-community-sets]]
  large-community-set-name = ${quoted(name)}
  large-community-list = ${list(texts)}`
  }
  const entries = (prefixes ?? []).map(
    ({ prefix, lengthMin, lengthMax }) => `  [[defined-sets.prefix-sets.prefix-list]]
    ip-prefix = ${quoted(prefix!)}
    masklength-range = '${lengthMin}..${lengthMax}'`,
  )
  return [`[[defined-sets.prefix-sets]]\n  prefix-set-name = ${quoted(name)}`, ...entries].join('\n')
}

const policyText = ({ name, statements }: Policy): string =>
  [`[[policy-definitions]]\n  name = ${quoted(name!)}`, ...(statements ?? []).map(statementText)].join('\n')

const dispositions = new Map<number, string>([
  [routeAction.accept, 'accept-route'],
  [routeAction.reject, 'reject-route'],
])

function statementText({ name = '', conditions = {}, actions = {} }: Statement): string {
  const { neighborSet, prefixSet, largeCommunitySet } = conditions
  const { routeAction: route, med, asPrepend, localPref, largeCommunity } = actions
  const table = (path: string, ...lines: readonly string[]): string =>
    [`    [policy-definitions.statements.${path}]`, ...lines.map((line) => `      ${line}`)].join('\n')
  const disposition = route === undefined ? undefined : dispositions.get(route)
  const bgp = [
    ...(med === undefined ? [] : [`set-med = '${med.value}'`]),
    ...(localPref === undefined ? [] : [`set-local-pref = ${localPref.value}`]),
  ]
  return [
    `  [[policy-definitions.statements]]\n    name = ${quoted(name)}`,
    ...(prefixSet === undefined
      ? []
      : [table('conditions.match-prefix-set', `prefix-set = ${quoted(prefixSet.name!)}`)]),
    ...(neighborSet === undefined
      ? []
      : [table('conditions.match-neighbor-set', `neighbor-set = ${quoted(neighborSet.name!)}`)]),
    ...(largeCommunitySet === undefined
      ? []
      : [
          table(
            'conditions.bgp-conditions.match-large-community-set',
            `large-community-set = ${quoted(largeCommunitySet.name!)}`,
          ),
        ]),
    ...(disposition === undefined ? [] : [table('actions', `route-disposition = '${disposition}'`)]),
    ...(bgp.length === 0 ? [] : [table('actions.bgp-actions', ...bgp)]),
    ...(asPrepend === undefined
      ? []
      : [
          table('actions.bgp-actions.set-as-path-prepend', `as = '${asPrepend.asn}'`, `repeat-n = ${asPrepend.repeat}`),
        ]),
    ...(largeCommunity === undefined
      ? []
      : [
          table('actions.bgp-actions.set-large-community', "options = 'remove'"),
          table(
            'actions.bgp-actions.set-large-community.set-large-community-method',
            `communities-list = ${list(largeCommunity.communities)}`,
          ),
        ]),
  ].join('\n')
}

function peerText({ conf, timers, afiSafis }: GobgpPolicy['peer']): string {
  const { holdTime, keepaliveInterval, connectRetry, idleHoldTimeAfterReset } = timers?.config ?? {}
  const families = (afiSafis ?? []).map(({ config, addPaths }) => {
    const version = config?.family?.afi === 1 ? 'ipv4' : 'ipv6'
    return `  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = '${version}-unicast'
    [neighbors.afi-safis.add-paths.config]
      send-max = ${addPaths?.config?.sendMax}`
  })
  return `[[neighbors]]
  [neighbors.config]
    neighbor-address = ${quoted(conf?.neighborAddress ?? '')}
    peer-as = ${conf?.peerAsn}
    description = ${quoted(conf?.description ?? '')}
  [neighbors.route-reflector.config]
    route-reflector-client = true
  [neighbors.timers.config]
    hold-time = ${holdTime}
    keepalive-interval = ${keepaliveInterval}
    connect-retry = ${connectRetry}
    idle-hold-time-after-reset = ${idleHoldTimeAfterReset}
  [neighbors.transport.config]
    passive-mode = true
${families.join('\n')}`
}

const listsText = `# In [global.apply-policy.config], before the operator's own statements that accept or reject, behind those that set MED:
#   import-policy-list = ['${importPolicy}', …]
#   export-policy-list = ['${exportPolicy}', …]`
