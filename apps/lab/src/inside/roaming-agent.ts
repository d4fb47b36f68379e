/**
 * An agent of a lab: on which of its access networks it is, and its moves from one to another.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { askEmulator } from '../access/emulator-control.ts'
import { LabError } from '../errors.ts'
import { attachCommands, detachCommands, preferCommands } from '../kernel/agent-script.ts'
import type { AccessState, AgentState, Move, MoveReceipt } from '../lab.ts'
import type { Access, Agent } from '../topology/access.ts'
import { onNode } from './nodes.ts'
import { announceCommand, emulatorControl } from './programs.ts'
import { run } from './run.ts'

/** Milliseconds for which both networks exist when no side-car can be notified. */
const lead = 400
/** Milliseconds for which the old network still exists after a planned move, and still seems to after a sudden one. */
const linger = { planned: 200, sudden: 1500 } as const

export class RoamingAgent {
  readonly agent: Agent
  readonly #sideCar: 'with side-car' | 'alone'
  readonly #holder: () => number
  #current: Access
  readonly #states = new Map<Access, AccessState['state']>()
  /** Settles when the last move has ended, successful or not. The next one waits for it. */
  #moving = Promise.resolve()

  /** @param holder the process that holds the agent's namespaces */
  constructor(agent: Agent, sideCar: 'with side-car' | 'alone', holder: () => number) {
    this.agent = agent
    this.#sideCar = sideCar
    this.#holder = holder
    this.#current = agent.networks[0]!
  }

  /** To its first network. */
  async attach(): Promise<void> {
    await this.#join(this.#current)
    await this.#prefer(this.#current)
  }

  async state(): Promise<AgentState> {
    const { name, networks } = this.agent
    const fates = await Promise.all(
      networks.map((access) => askEmulator(emulatorControl(access), {}).catch(() => null)),
    )
    const states = networks.map((access, at) => ({
      name: access.name,
      site: access.site,
      state: this.#states.get(access) ?? 'detached',
      addresses: access.agent,
      fates: fates[at]!,
    }))
    return { name, network: this.#current.name, networks: states }
  }

  /** Settles when the new network is the one in use. Throws `LabError` `usage`. */
  async move(move: Move): Promise<MoveReceipt> {
    const made = this.#moving.then(() => this.#moveNow(move))
    // Before anything is waited for: of several moves at once each waits for the one before it.
    this.#moving = made
      .then(({ over }) => over)
      .catch((error: Error) => void process.stderr.write(`${this.agent.name}: ${error.message}\n`))
    return (await made).receipt
  }

  /** `over` settles when the old network is gone. */
  async #moveNow({ network, how }: Move): Promise<{ receipt: MoveReceipt; over: Promise<void> }> {
    const { name, networks } = this.agent
    const from = this.#current
    const to = networks.find((access) => access.name === network)
    if (to === undefined) throw new LabError('usage', `${name} has no network "${network}"; ${listOf(networks)}`)
    if (to === from) throw new LabError('usage', `${name} is already on ${network}; ${listOf(networks)}`)
    try {
      const at = await this.#leave(from, to, how)
      const over = sleep(linger[how]).then(() => this.#detach(from))
      return { receipt: { agent: name, from: from.name, to: to.name, how, at }, over }
    } catch (error) {
      await this.#detach(this.#current === to ? from : to) // one network stays, whichever it got to
      throw error
    }
  }

  /** When the old network was left, milliseconds since 1970. */
  async #leave(from: Access, to: Access, how: Move['how']): Promise<number> {
    await tell(to, 'alive') // first: in a sudden move the new network comes while the old one dies, not behind that
    if (how === 'sudden') {
      const arriving = this.#join(to).then(() => this.#prefer(to))
      const [death, arrival] = await Promise.allSettled([this.#die(from), arriving])
      if (death.status === 'rejected') throw death.reason
      if (arrival.status === 'rejected') throw arrival.reason
      return death.value
    }
    await this.#join(to)
    if (this.#sideCar === 'with side-car') await run(announceCommand(this.#holder(), from, to))
    else await sleep(lead)
    return this.#prefer(to)
  }

  async #join(access: Access): Promise<void> {
    await this.#ip(attachCommands(access))
    this.#states.set(access, 'attached')
  }

  async #prefer(access: Access): Promise<number> {
    await this.#ip(preferCommands(access))
    this.#current = access
    return Date.now()
  }

  async #die(access: Access): Promise<number> {
    await tell(access, 'dead')
    this.#states.set(access, 'dead')
    return Date.now()
  }

  async #detach(access: Access): Promise<void> {
    await this.#ip(detachCommands(access))
    this.#states.set(access, 'detached')
  }

  #ip(commands: string): Promise<string> {
    return run(onNode(this.#holder(), ['ip', '-batch', '-']), commands)
  }
}

export const listOf = (things: readonly { readonly name: string }[]): string =>
  things.length === 0
    ? 'this lab has none: vagus lab up --topology metro'
    : `there are ${things.map(({ name }) => name).join(', ')}`

async function tell(access: Access, state: 'alive' | 'dead'): Promise<void> {
  try {
    await askEmulator(emulatorControl(access), { state })
  } catch (cause) {
    const problem = `the emulated link ${access.name} does not answer: ${(cause as Error).message}`
    throw new LabError('failed', `${problem}; it restarts by itself, then try again`, { cause })
  }
}
