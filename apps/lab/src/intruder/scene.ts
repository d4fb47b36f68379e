/** A lab with a fleet and a stranger, and how either acts: programs on hosts, and the commands that an operator would type. @module */
import { join, resolve } from 'node:path'
import { LabError } from '../errors.ts'
import type { LabReference, LabUp } from '../lab.ts'
import { output, typed } from '../line/programs.ts'
import { onNode } from '../roam/programs.ts'
import { BaseScene, type ScenarioOptions } from '../scenario.ts'
import { labPaths, rosterOwner, sidecarPort } from '../spec.ts'
import { membersOf, type Network, networkOf } from '../topology/network.ts'
import { readTopology } from '../topology/read.ts'
import type { Answered, Ask } from './host/ask.ts'
import type { Tools } from './host/main.ts'

export const topology = 'intruder'
/** The agent that serves, at a site that no other agent is at, and where its program listens for its side-car. */
export const served = { name: 'writer', site: 'dc-east', program: 'http://127.0.0.1:9000/a2a' } as const
/** The host that is enrolled nowhere. */
export const stranger = 'stranger'
export interface ListedAgent {
  readonly id: string
  readonly document: string
}

type Options<What extends keyof Tools> = Parameters<Tools[What]>[0]
type Result<What extends keyof Tools> = Awaited<ReturnType<Tools[What]>>

export class Scene extends BaseScene {
  readonly network: Network
  /** Rejects with the signal's reason: what runs on a host ends with the lab. */
  readonly #aborted: Promise<never>

  constructor(lab: LabUp, where: LabReference, options: ScenarioOptions) {
    super(lab, where, options)
    this.network = networkOf(readTopology(topology))
    const { signal } = options
    this.#aborted = new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
    this.#aborted.catch(() => {}) // whoever uses a host hears of it
  }

  get members(): readonly string[] {
    return membersOf(this.network).map(({ name }) => name)
  }

  /** IPv4 and IPv6 address of an agent's host, on the network that it is on. */
  addressesOf(agent: string): { readonly v4: string; readonly v6: string } {
    return this.network.agents.find(({ name }) => name === agent)!.networks[0]!.agent
  }

  /** Runs a tool of the intruder on a host. */
  async use<What extends keyof Tools>(node: string, what: What, options: Options<What>): Promise<Result<What>> {
    const program = resolve(import.meta.dirname, 'host/main.ts')
    const using = output(this.where, node, [process.execPath, program, what, JSON.stringify(options)])
    return JSON.parse(await Promise.race([using, this.#aborted])) as Result<What>
  }

  /** Starts a program on a host. What it says goes to a file in the lab's folder. It ends with the lab. */
  async start(node: string, name: string, command: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const log = join(labPaths(this.lab.folder).logs, `${node}.${name}.log`)
    const child = await onNode(
      this.where,
      node,
      ['sh', '-c', `exec "$@" >'${log}' 2>&1`, 'sh', ...command],
      environment,
    )
    child.stdout.resume()
    return child
  }

  /** A task for the agent of that name, asked for through the side-car of `node`, so often. */
  call(node: string, agent: string, times = 1): Promise<readonly Answered[]> {
    return this.use(node, 'ask', { url: `http://127.0.0.1:${sidecarPort}/agents/${agent}/a2a`, body: message, times })
  }

  /** Tasks that the program of an agent knows. */
  async tasksAt(node: string): Promise<number> {
    const body = { jsonrpc: '2.0', id: 1, method: 'ListTasks', params: { pageSize: 1 } }
    const [answer] = await this.use(node, 'ask', { url: served.program, body, times: 1 } satisfies Ask)
    const { result } = JSON.parse(answer!.body) as { readonly result?: { readonly totalSize: number } }
    if (result === undefined)
      throw new LabError('failed', `the program of ${node} does not list its tasks: ${answer!.body}`)
    return result.totalSize
  }

  /** What the controller has of an agent. */
  async listed(name: string): Promise<ListedAgent> {
    const answer = await this.api(`/v1/agents/${name}`)
    return (await answer.json()) as ListedAgent
  }

  api(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.lab.console}${path}`, { ...init, signal: AbortSignal.timeout(10_000) })
  }

  /** A command of the owner of the roster. Rejects with `LabError` `failed` and what it said. */
  async asOwner(words: readonly string[]): Promise<string> {
    const home = labPaths(this.lab.folder).agentsOutside
    const { exit, out, err } = await typed([...words, '--home', home, '--roster', rosterOwner], this.lab.console)
    if (exit !== 0) throw new LabError('failed', `vagus ${words.join(' ')} ended with ${exit}: ${err.trim() || out}`)
    return out
  }
}

/** A task of one part. */
const message = {
  jsonrpc: '2.0',
  id: 1,
  method: 'SendMessage',
  params: { message: { messageId: 'MESSAGE-ID', role: 'ROLE_USER', parts: [{ text: 'count 1 0' }] } },
}
