/**
 * The agents of a lab, and the processes of their access networks.
 * @module
 */
import { existsSync } from 'node:fs'
import { LabError } from '../errors.ts'
import type { AgentState, Move, MoveReceipt } from '../lab.ts'
import type { LabSpec } from '../spec.ts'
import { eventually } from './eventually.ts'
import type { Holders } from './nodes.ts'
import type { Processes } from './processes.ts'
import { emulatorControl, emulatorProgram } from './programs.ts'
import { listOf, RoamingAgent } from './roaming-agent.ts'

export class Agents {
  readonly #spec: LabSpec
  readonly #processes: Processes
  readonly #agents: readonly RoamingAgent[]

  constructor(spec: LabSpec, processes: Processes, holders: () => Holders) {
    this.#spec = spec
    this.#processes = processes
    const run = spec.programs.includes('agents')
    this.#agents = spec.network.agents.map((agent) => {
      const sideCar = run && agent.fleet === 'member' ? 'with side-car' : 'alone'
      return new RoamingAgent(agent, sideCar, () => holders().get(agent.name)!)
    })
  }

  /** The emulated links; `attach` waits for them. */
  startAccesses(): void {
    for (const { name, networks } of this.#spec.network.agents) {
      for (const access of networks) this.#processes.start(emulatorProgram(name, access, this.#spec))
    }
  }

  /** Each agent to its first network. */
  async attach(): Promise<void> {
    const accesses = this.#spec.network.agents.flatMap(({ networks }) => networks)
    await eventually('the access networks did not start', async () =>
      accesses.every((access) => existsSync(emulatorControl(access))),
    )
    await Promise.all(this.#agents.map((agent) => agent.attach()))
  }

  states(): Promise<readonly AgentState[]> {
    return Promise.all(this.#agents.map((agent) => agent.state()))
  }

  /** Settles when the new network is the one in use. Throws `LabError` `usage`. */
  async move(move: Move): Promise<MoveReceipt> {
    const mover = this.#agents.find(({ agent }) => agent.name === move.agent)
    if (mover !== undefined) return mover.move(move)
    throw new LabError('usage', `no agent "${move.agent}"; ${listOf(this.#spec.network.agents)}`)
  }
}
