/** What `vagus.yaml` opens to others, and what it lets happen without a person. @module */
import type { Config } from '@vagus/api'
import { countOf } from '../../format.ts'
import { type Check, ok, warn } from '../check.ts'
import { isLoopback, isOpenToAll } from '../listeners.ts'

type Settings = Pick<
  Config,
  'listen' | 'tls' | 'plain' | 'operators' | 'bgp' | 'steering' | 'lines' | 'agent' | 'grasp' | 'devices' | 'join'
>

export const settingChecks = (config: Settings): readonly Check[] => [
  ...apiChecks(config),
  ...bgpChecks(config),
  ...linkChecks(config),
  ...actChecks(config),
  ...agentChecks(config),
]

/** `bindChecks` tells of those that are open to all. */
function apiChecks({ listen, tls, plain, operators }: Settings): readonly Check[] {
  const how = tls === undefined ? (plain === undefined ? '' : `plain HTTP, because ${plain}`) : 'TLS'
  if (operators !== undefined) {
    const where = operators.issuer ?? 'tokens only'
    const ways = how === '' ? '' : `; ${how}`
    if (operators.roles.length === 0 && operators.issuer !== undefined)
      return [warn('operators', 'nobody who signs in has a role', 'operators.roles: docs/64-operators.md')]
    return [ok('operators', `whoever reads or changes signs in (${where})${ways}`)]
  }
  if (isLoopback(listen) || isOpenToAll(listen)) return []
  if (tls !== undefined)
    return [
      warn(
        'API address',
        `${listen} has TLS, but no log-in: whoever reaches it reads all`,
        'operators: docs/64-operators.md',
      ),
    ]
  const text = `API and console at ${listen} have no TLS and no log-in: whoever reaches it reads all`
  return [
    warn('API address', text, 'tls and operators: docs/64-operators.md; or listen: 127.0.0.1:7600, behind a proxy'),
  ]
}

function bgpChecks({ bgp }: Settings): readonly Check[] {
  if (bgp === undefined || isLoopback(bgp.listen)) return []
  if (bgp.keyFile === undefined)
    return [
      warn(
        'BGP key',
        `telemetry of agents comes to ${bgp.listen} over TCP without a key: whoever can send as a device is heard as it`,
        'bgp.keyFile, and "vagus device --key-file"; bgp.hops bounds the distance',
      ),
    ]
  return [
    ok(
      'BGP key',
      `TCP-MD5${bgp.hops === undefined ? '' : `, at most ${bgp.hops} hops`}; telemetry itself is not encrypted`,
    ),
  ]
}

function linkChecks({ grasp }: Settings): readonly Check[] {
  if (grasp.interfaces.length === 0) return []
  return [ok('GRASP', `heard on ${grasp.interfaces.join(', ')}, from anybody there: shown, never trusted`)]
}

/** A fact, and no fault: who wrote it wanted it. */
function actChecks({ steering: { enabled, act, bounds } }: Settings): readonly Check[] {
  if (!enabled) return [ok('acting', 'steering is off: nothing is proposed')]
  if (act === 'on-approval') return [ok('acting', 'steering.act is on-approval: a person approves each move')]
  const where =
    bounds.prefixes.length === 0 ? 'all our prefixes' : countOf(bounds.prefixes.length, 'prefix', 'prefixes')
  const text = `steering.act is by-itself: up to ${bounds.perHour} approvals an hour at a border, ${bounds.moves} prefixes each, for ${bounds.lease}, of ${where}`
  if (bounds.proven > 0) return [ok('acting', `${text}, once ${bounds.proven} proposals in a row helped`)]
  return [warn('acting', `${text}, from the start: steering.bounds.proven is 0`, 'steering.bounds.proven: 5')]
}

/** What models may change by themselves. */
function agentChecks({ steering, lines }: Settings): readonly Check[] {
  const approving = steering.agents
  const ordering = lines?.agents
  return [
    ...(approving === undefined
      ? []
      : [
          ok(
            'agents act',
            `members of the fleet may approve up to ${approving.perHour} proposals an hour, if its policies let them`,
          ),
        ]),
    ...(ordering === undefined
      ? []
      : [
          ok(
            'agents act',
            `members of the fleet may order up to ${ordering.count} lines of ${ordering.share * 100} % of each link together`,
          ),
        ]),
  ]
}
