/** `vagus agent ls`: the agents that publish themselves at the controller. @module */
import type { Agent, AgentList } from '@vagus/api'
import { nearestOf } from '@vagus/api/nearest'
import type { Client } from '../client.ts'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { agoText, unknown } from '../format.ts'
import { paintOfState } from '../listed-agent.ts'
import type { Options } from '../option.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, table } from '../table.ts'

const options = {
  skill: { type: 'text', value: 'SKILL', description: 'only agents that claim this skill, such as report.write' },
  role: { type: 'text', value: 'ROLE', description: 'only agents that claim this role' },
  ...viewOptions,
} as const satisfies Options

export const command = defineCommand({
  name: 'agent ls',
  summary: "agents on the controller's list, and where they are",
  effect: 'ro',
  examples: [
    { line: 'vagus agent ls', does: 'one line per agent' },
    { line: 'vagus agent ls -o wide', does: 'also their addresses' },
    { line: 'vagus agent ls --skill report.write', does: 'who says that it can do this' },
  ],
  options,
  run: (call) => {
    const { skill, role } = call.values
    return view<AgentList>(call, {
      ask: (client) => askAgents(client, { skill, role }),
      show: (list, canvas) => agentListText(list, canvas, new Date().toISOString()),
      next: ({ items }) => {
        if (items.length === 0) return 'vagus run --name NAME --controller ADDRESS'
        return skill === undefined ? 'vagus agent show NAME' : `vagus agent call skill:${skill} --find @controller TEXT`
      },
    })
  },
})

interface Wanted {
  readonly skill: string | undefined
  readonly role: string | undefined
}

/** @throws {Failure} as `Client.get`; usage, where no agent claims what is wanted */
async function askAgents(client: Client, wanted: Wanted): Promise<AgentList> {
  const list = await client.get<AgentList>('AgentList', '/v1/agents', { ...wanted })
  if (list.items.length > 0 || (wanted.skill === undefined && wanted.role === undefined)) return list
  const { items } = await client.get<AgentList>('AgentList', '/v1/agents')
  if (items.length === 0) return list
  throw noneOf(items, wanted)
}

function noneOf(items: AgentList['items'], { skill, role }: Wanted): Failure {
  const skills = new Set(items.flatMap((agent) => agent.skills))
  const roles = new Set(items.map((agent) => agent.role))
  const near = [...meant('--skill', skill, skills), ...meant('--role', role, roles)]
  const words = [
    ...(skill === undefined ? [] : [`the skill "${skill}"`]),
    ...(role === undefined ? [] : [`the role "${role}"`]),
  ]
  const fix = near.length > 0 ? `did you mean ${near.join(' ')}?` : 'what there is: vagus agent ls'
  return new Failure(exitCode.usage, `none of ${items.length} agents claims ${words.join(' and ')}`, fix)
}

/** Nothing where the word is there. */
function meant(option: string, word: string | undefined, known: ReadonlySet<string>): readonly string[] {
  if (word === undefined || known.has(word)) return []
  const near = nearestOf(word, known)
  return near === undefined ? [] : [`${option} ${near}`]
}

const heads: readonly Column[] = [
  { head: 'NAME', align: 'left', shrink: 12 },
  { head: 'ROLE', align: 'left', shrink: 8, leaves: 3 },
  { head: 'SKILLS', align: 'left', shrink: 10, leaves: 2 },
  { head: 'STATE', align: 'left' },
  { head: 'SEEN', align: 'right', leaves: 4 },
  { head: 'NETWORKS', align: 'left', shrink: 8, leaves: 5 },
  { head: 'ID', align: 'left', shrink: 24, leaves: 1 },
]
/** What the owner of a fleet says of it, where one does; the role beside it is the agent's own word. */
const member: Column = { head: 'MEMBER AS', align: 'left', shrink: 12 }
const addresses: Column = { head: 'ADDRESSES', align: 'left', shrink: 20 }

export function agentListText(list: AgentList, { columns, paint, detail }: Canvas, now: string): string {
  if (list.items.length === 0) return 'no agent has published itself here yet'
  const isFleet = list.items.some((agent) => agent.member !== undefined)
  const rows = list.items.map((agent): Cell[] => [
    agent.name,
    ...(isFleet ? [memberText(agent.member)] : []),
    agent.role,
    agent.skills.join(' ') || unknown,
    stateCell(agent, paint),
    agoText(agent.seenAt, now),
    agent.locators.map(({ network }) => network).join(' ') || unknown,
    agent.id,
    ...(detail === 'wide' ? [agent.locators.flatMap((locator) => locator.addresses).join(' ') || unknown] : []),
  ])
  const [name, ...more] = heads
  const shown = [name!, ...(isFleet ? [member] : []), ...more, ...(detail === 'wide' ? [addresses] : [])]
  return table(shown, rows, columns, paint.strong)
}

/** A move that it announced says more than that it is silent. */
function stateCell({ state, member, moving }: Agent, paint: Paint): Cell {
  if (member?.quarantined !== undefined) return { text: 'in quarantine', paint: paint.bad }
  if (moving !== undefined && state !== 'away') return { text: 'moving', paint: paint.warn }
  return { text: state, paint: paint[paintOfState[state]] }
}

/** Its roles; without one, its name in the roster. */
const memberText = (one: AgentList['items'][number]['member']): string =>
  one === undefined ? unknown : one.roles.join(' ') || one.name
