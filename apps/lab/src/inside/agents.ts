/**
 * The agents of a lab: on which access networks each is, and its moves from one to another.
 * @module
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { askRelay } from '../access/relay-control.ts'
import { LabError } from '../errors.ts'
import { attachCommands, detachCommands, preferCommands } from '../kernel/agent-script.ts'
import type { AccessState, AgentState, Move, MoveReceipt } from '../lab.ts'
import type { LabSpec } from '../spec.ts'
import type { Access, Agent } from '../topology/access.ts'
import { eventually } from './eventually.ts'
import { type Holders, onNode } from './nodes.ts'
import type { Processes } from './processes.ts'
import { announceCommand, relayControl, relayProgram } from './programs.ts'
import { run } from './run.ts'

export interface Agents {
  /** The emulated links; `attach` waits for them. */
  readonly startAccesses: () => void
  /** Each agent on its first network. */
  readonly attach: () => Promise<void>
  readonly states: () => readonly AgentState[]
  /** Settles when the new network is the one in use. Throws `LabError` `usage`. */
  readonly move: (move: Move) => Promise<MoveReceipt>
}

/** How long both networks are there when nobody can be told, in milliseconds. */
const lead = 400
/** How long the old network is still there after a planned move, and still seems to be after a sudden one. */
const linger = { planned: 200, sudden: 1500 } as const

export function createAgents(spec: LabSpec, processes: Processes, holders: () => Holders): Agents {
  const { agents } = spec.network
  const states = new Map<Access, AccessState['state']>()
  const current = new Map<Agent, Access>(agents.map((agent) => [agent, agent.networks[0]!]))
  /** The move of an agent that is not over; the next one waits for it. */
  const moving = new Map<Agent, Promise<unknown>>()

  const ip = (agent: Agent, commands: string): Promise<string> =>
    run(onNode(holders().get(agent.name)!, ['ip', '-batch', '-']), commands)

  async function join(agent: Agent, access: Access): Promise<void> {
    await ip(agent, attachCommands(access))
    states.set(access, 'attached')
  }

  async function detach(agent: Agent, access: Access): Promise<void> {
    await ip(agent, detachCommands(access))
    await askRelay(relayControl(access), { state: 'alive' })
    states.set(access, 'detached')
  }

  async function prefer(agent: Agent, access: Access): Promise<number> {
    await ip(agent, preferCommands(access))
    current.set(agent, access)
    return Date.now()
  }

  async function die(access: Access): Promise<number> {
    await askRelay(relayControl(access), { state: 'dead' })
    states.set(access, 'dead')
    return Date.now()
  }

  /** When the old network was left, milliseconds since 1970. */
  async function leave(agent: Agent, from: Access, to: Access, how: Move['how']): Promise<number> {
    if (how === 'sudden') {
      const [at] = await Promise.all([die(from), join(agent, to).then(() => prefer(agent, to))])
      return at
    }
    await join(agent, to)
    if (spec.programs.includes('agents')) await run(announceCommand(holders().get(agent.name)!, from, to))
    else await sleep(lead)
    return prefer(agent, to)
  }

  async function move({ agent: name, network, how }: Move): Promise<MoveReceipt> {
    const agent = agents.find((agent) => agent.name === name)
    if (agent === undefined) throw new LabError('usage', `no agent "${name}"; ${listOf(agents)}`)
    await moving.get(agent)
    const from = current.get(agent)!
    const to = agent.networks.find((access) => access.name === network)
    if (to === undefined) throw new LabError('usage', `${name} has no network "${network}"; ${listOf(agent.networks)}`)
    if (to === from) throw new LabError('usage', `${name} is on ${network} already; ${listOf(agent.networks)}`)
    const left = leave(agent, from, to, how)
    const over = left.then(() => sleep(linger[how])).then(() => detach(agent, from))
    over.catch(() => {}) // the next move hears of it
    moving.set(agent, over)
    return { agent: name, from: from.name, to: to.name, how, at: await left }
  }

  return {
    move,
    startAccesses() {
      for (const agent of agents) {
        for (const access of agent.networks) processes.start(relayProgram(agent.name, access, spec))
      }
    },
    async attach() {
      await eventually('the access networks did not start', async () =>
        agents.every(({ networks }) => networks.every((access) => existsSync(relayControl(access)))),
      )
      await Promise.all(
        agents.map(async (agent) => {
          await join(agent, current.get(agent)!)
          await prefer(agent, current.get(agent)!)
        }),
      )
    },
    states: () =>
      agents.map((agent) => ({
        name: agent.name,
        network: current.get(agent)!.name,
        networks: agent.networks.map((access) => ({
          name: access.name,
          site: access.site,
          state: states.get(access) ?? 'detached',
          addresses: access.agent,
        })),
      })),
  }
}

const listOf = (things: readonly { readonly name: string }[]): string =>
  things.length === 0
    ? 'this lab has none: vagus lab up --topology metro'
    : `there are ${things.map(({ name }) => name).join(', ')}`
