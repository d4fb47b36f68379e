/**
 * The agents of a lab: on which access networks each is, and its moves from one to another.
 * @module
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { askEmulator } from '../access/emulator-control.ts'
import { LabError } from '../errors.ts'
import { attachCommands, detachCommands, preferCommands } from '../kernel/agent-script.ts'
import type { AccessState, AgentState, Move, MoveReceipt } from '../lab.ts'
import type { LabSpec } from '../spec.ts'
import type { Access, Agent } from '../topology/access.ts'
import { eventually } from './eventually.ts'
import { type Holders, onNode } from './nodes.ts'
import type { Processes } from './processes.ts'
import { announceCommand, emulatorControl, emulatorProgram } from './programs.ts'
import { run } from './run.ts'

export interface Agents {
  /** The emulated links; `attach` waits for them. */
  readonly startAccesses: () => void
  /** Each agent on its first network. */
  readonly attach: () => Promise<void>
  readonly states: () => Promise<readonly AgentState[]>
  /** Settles when the new network is the one in use. Throws `LabError` `usage`. */
  readonly move: (move: Move) => Promise<MoveReceipt>
}

/** Milliseconds for which both networks exist when no side-car can be notified. */
const lead = 400
/** Milliseconds for which the old network still exists after a planned move, and still seems to after a sudden one. */
const linger = { planned: 200, sudden: 1500 } as const

export function createAgents(spec: LabSpec, processes: Processes, holders: () => Holders): Agents {
  const { agents } = spec.network
  const states = new Map<Access, AccessState['state']>()
  const current = new Map<Agent, Access>(agents.map((agent) => [agent, agent.networks[0]!]))
  /** The last move of an agent; settles when it has ended, successful or not. The next one waits for it. */
  const moving = new Map<Agent, Promise<void>>()

  const ip = (agent: Agent, commands: string): Promise<string> =>
    run(onNode(holders().get(agent.name)!, ['ip', '-batch', '-']), commands)

  async function tell(access: Access, state: 'alive' | 'dead'): Promise<void> {
    try {
      await askEmulator(emulatorControl(access), { state })
    } catch (cause) {
      const problem = `the emulated link ${access.name} does not answer: ${(cause as Error).message}`
      throw new LabError('failed', `${problem}; it restarts by itself, then try again`, { cause })
    }
  }

  async function join(agent: Agent, access: Access): Promise<void> {
    await ip(agent, attachCommands(access))
    states.set(access, 'attached')
  }

  async function detach(agent: Agent, access: Access): Promise<void> {
    await ip(agent, detachCommands(access))
    states.set(access, 'detached')
  }

  async function prefer(agent: Agent, access: Access): Promise<number> {
    await ip(agent, preferCommands(access))
    current.set(agent, access)
    return Date.now()
  }

  async function die(access: Access): Promise<number> {
    await tell(access, 'dead')
    states.set(access, 'dead')
    return Date.now()
  }

  /** When the old network was left, milliseconds since 1970. */
  async function leave(agent: Agent, from: Access, to: Access, how: Move['how']): Promise<number> {
    await tell(to, 'alive') // first: in a sudden move the new network comes while the old one dies, not behind that
    if (how === 'sudden') {
      const [death, arrival] = await Promise.allSettled([die(from), join(agent, to).then(() => prefer(agent, to))])
      if (death.status === 'rejected') throw death.reason
      if (arrival.status === 'rejected') throw arrival.reason
      return death.value
    }
    await join(agent, to)
    if (spec.programs.includes('agents')) await run(announceCommand(holders().get(agent.name)!, from, to))
    else await sleep(lead)
    return prefer(agent, to)
  }

  /** `over` settles when the old network is gone. */
  async function moveNow(agent: Agent, { network, how }: Move): Promise<{ receipt: MoveReceipt; over: Promise<void> }> {
    const { name, networks } = agent
    const from = current.get(agent)!
    const to = networks.find((access) => access.name === network)
    if (to === undefined) throw new LabError('usage', `${name} has no network "${network}"; ${listOf(networks)}`)
    if (to === from) throw new LabError('usage', `${name} is already on ${network}; ${listOf(networks)}`)
    try {
      const at = await leave(agent, from, to, how)
      const over = sleep(linger[how]).then(() => detach(agent, from))
      return { receipt: { agent: name, from: from.name, to: to.name, how, at }, over }
    } catch (error) {
      await detach(agent, current.get(agent) === to ? from : to) // one network stays, whichever it got to
      throw error
    }
  }

  async function move(wanted: Move): Promise<MoveReceipt> {
    const agent = agents.find(({ name }) => name === wanted.agent)
    if (agent === undefined) throw new LabError('usage', `no agent "${wanted.agent}"; ${listOf(agents)}`)
    const made = (moving.get(agent) ?? Promise.resolve()).then(() => moveNow(agent, wanted))
    // Before anything is waited for: of several moves at once each waits for the one before it.
    moving.set(
      agent,
      made
        .then(({ over }) => over)
        .catch((error: Error) => void process.stderr.write(`${agent.name}: ${error.message}\n`)),
    )
    return (await made).receipt
  }

  return {
    move,
    startAccesses() {
      for (const agent of agents) {
        for (const access of agent.networks) processes.start(emulatorProgram(agent.name, access, spec))
      }
    },
    async attach() {
      await eventually('the access networks did not start', async () =>
        agents.every(({ networks }) => networks.every((access) => existsSync(emulatorControl(access)))),
      )
      await Promise.all(
        agents.map(async (agent) => {
          await join(agent, current.get(agent)!)
          await prefer(agent, current.get(agent)!)
        }),
      )
    },
    states: () =>
      Promise.all(
        agents.map(async (agent) => {
          const fates = await Promise.all(
            agent.networks.map((access) => askEmulator(emulatorControl(access), {}).catch(() => null)),
          )
          const networks = agent.networks.map((access, at) => ({
            name: access.name,
            site: access.site,
            state: states.get(access) ?? 'detached',
            addresses: access.agent,
            fates: fates[at]!,
          }))
          return { name: agent.name, network: current.get(agent)!.name, networks }
        }),
      ),
  }
}

const listOf = (things: readonly { readonly name: string }[]): string =>
  things.length === 0
    ? 'this lab has none: vagus lab up --topology metro'
    : `there are ${things.map(({ name }) => name).join(', ')}`
