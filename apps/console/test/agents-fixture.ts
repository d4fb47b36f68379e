/** The agents of the fixture and their sessions: every kind of path, silent ones, some that only one end tells of. @module */
import type { Agent, RosterSummary, Session } from '@vagus/api'
import { agentListSchema, apiVersion, rosterListSchema, sessionListSchema } from '@vagus/api'
import { agentAt, idOf, pathTo, told as view } from './session-maker.ts'

/** Name, role, skills, site, networks. */
const agents = [
  ['archivist', 'worker', ['report.keep'], 'dc-west', ['wan']],
  ['courier', 'worker', ['parcel.move', 'parcel.find'], 'field', []],
  ['hub', 'relay', [], null, ['wan']],
  ['planner', 'coordinator', ['plan.make'], 'office', ['lan']],
  ['reader', 'worker', ['report.read'], 'office', ['lan', 'wifi']],
  ['writer', 'worker', ['report.write', 'report.read'], 'dc-east', ['wan']],
] as const

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()

/** `without sessions`: by an older controller, which knows of none. */
export type ToldOfAgents = 'none' | 'without sessions' | 'no session yet' | 'with sessions' | 'in fleets'

/** The resource at a path, or `undefined` for one that is not there. */
export function agentsAnswer(path: string, told: ToldOfAgents): unknown {
  if (path === '/v1/agents') return agentList(told)
  if (path === '/v1/rosters' && told !== 'without sessions')
    return rosterListSchema.parse({ apiVersion, kind: 'RosterList', items: told === 'in fleets' ? rosters() : [] })
  if (path !== '/v1/sessions' || told === 'without sessions') return undefined
  return sessionList(told === 'with sessions' || told === 'in fleets' ? sessions() : [])
}

/** At the sources of the two largest flows: one agent, and several that share the address. */
export function marksOf(index: number) {
  if (index > 1) return {}
  return { agents: { src: index === 0 ? { name: 'writer', id: idOf('writer') } : { name: '2 agents', id: null } } }
}

function agentList(told: ToldOfAgents) {
  const items = agents.map(([name, role, skills, site, networks], index): Agent => ({
    ...agentAt(name, site),
    role,
    skills: [...skills],
    state: networks.length > 0 ? 'reachable' : 'away',
    seenAt: ago(4 + index * 7),
    expiresAt: ago(-86_400),
    locators: networks.map((network, at) => ({
      network,
      addresses: [`udp://10.${index + 1}.${at}.5:7601`, `tcp://10.${index + 1}.${at}.5:7601`],
      expiresAt: ago(-60),
    })),
    ...(told === 'in fleets' && role !== 'relay' ? { member: memberOf(name) } : {}),
  }))
  return agentListSchema.parse({ apiVersion, kind: 'AgentList', items: told === 'none' ? [] : items, more: 0 })
}

const stolen = 'key on a stolen laptop; its owner called at ten, and the police has the number'

const memberOf = (name: string): NonNullable<Agent['member']> => ({
  owner: idOf('acme'),
  name: name === 'writer' ? 'report-writer' : name,
  roles: name === 'planner' ? [] : ['staff', ...(name === 'courier' ? ['driver'] : [])],
  enforces: name === 'reader' ? 41 : 42,
  ...(name === 'courier' ? { quarantined: { since: ago(754), reason: stolen } } : {}),
})

const rosters = (): RosterSummary[] => [
  {
    owner: idOf('acme'),
    name: 'acme',
    epoch: 42,
    issuedAt: ago(754),
    expiresAt: ago(-80 * 86_400 - 1800),
    members: 5,
    quarantined: 1,
  },
  {
    owner: idOf('globex'),
    name: null,
    epoch: 3,
    issuedAt: ago(9e6),
    expiresAt: ago(-9 * 86_400 - 1800),
    members: 0,
    quarantined: 0,
  },
  {
    owner: idOf('initech'),
    name: 'initech',
    epoch: 8,
    issuedAt: ago(9e6),
    expiresAt: ago(7200),
    members: 1,
    quarantined: 0,
  },
]

const accepted = { role: 'responder' } as const
const standby = { primary: false, status: 'standby' } as const
const unanswered = { primary: false, state: 'dead', roundTripMs: null } as const
const moved = { moves: 3, gaps: { count: 2, lastMs: 28, longestMs: 32 }, streams: 4 } as const
const silent = { state: 'silent', moves: 1, gaps: { count: 5, lastMs: 2310, longestMs: 48_120 } } as const

const viaHub = (more: Parameters<typeof pathTo>[1]) =>
  pathTo(`relay://${idOf('hub')}/h-7Qx2`, { kind: 'relay', roundTripMs: 66.4, ...more })
const viaTcp = (remote: string) => [pathTo(remote, { kind: 'tcp', roundTripMs: 39.8 })]

/** The side-car of courier has not told for a while, that of planner not of late; nobody knows who the visitor is. */
function sessions(): Session[] {
  const told = (...[agent, peer, more]: Parameters<typeof view>): Session =>
    view(agent, peer, { since: ago(754), toldAt: ago(2), ...more })
  const lost = pathTo('wss://field.example/vagus', { kind: 'ws', state: 'suspect', roundTripMs: null })
  return [
    told('reader', 'writer', {
      ...moved,
      paths: [pathTo('udp://10.6.0.5:7601'), viaHub(standby)],
      padding: 'padme',
    }),
    told('writer', 'reader', { ...accepted, ...moved, paths: [pathTo('udp://10.5.0.9:40123')] }),
    told('planner', 'writer', { how: 'ticket', paths: viaTcp('tcp://[2001:db8:6::5]:7601') }),
    told('writer', 'planner', { ...accepted, how: 'ticket', paths: viaTcp('tcp://[2001:db8:4::5]:51022') }),
    told('planner', 'archivist', { toldAt: ago(20), paths: [viaTcp('tcp://10.1.0.5:7601')[0]!] }),
    told('archivist', 'planner', {
      ...accepted,
      state: 'silent',
      paths: [viaHub({}), pathTo('udp://10.4.0.5:7601', unanswered)],
    }),
    told('writer', 'courier', { ...silent, paths: [lost] }),
    told('reader', 'planner', {
      cipher: '25519_AESGCM_SHA256',
      paths: [pathTo('udp://10.4.0.5:7601', { roundTripMs: 0.42 })],
    }),
    { ...told('archivist', 'visitor', accepted), peer: { name: null, id: idOf('visitor') } },
  ]
}

const sessionList = (items: readonly Session[]) =>
  sessionListSchema.parse({ apiVersion, kind: 'SessionList', items, more: items.length === 0 ? 0 : 2 })
