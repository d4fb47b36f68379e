/** GRASP nodes, each a process in a network namespace of its own, and links between them. @module */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ip, nameOf } from './links.ts'
import type { NodeCounters, NodeRequest } from './node-child.ts'

export class Nodes {
  readonly #processes: readonly ChildProcess[]
  /** Rejects when one ends. */
  readonly #ended: Promise<never>

  private constructor(processes: readonly ChildProcess[]) {
    this.#processes = processes
    this.#ended = Promise.race(
      processes.map(async (child, node) => {
        const [code] = (await once(child, 'exit')) as readonly unknown[]
        throw new Error(`node ${node} ended with ${String(code)}`)
      }),
    )
    this.#ended.catch(() => {}) // whoever asks next is told
  }

  static async start(count: number): Promise<Nodes> {
    const processes = Array.from({ length: count }, (_, node) =>
      spawn('unshare', ['-n', process.execPath, join(import.meta.dirname, 'node-child.ts'), String(node)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    )
    await Promise.all(processes.map((child) => once(child, 'message')))
    return new Nodes(processes)
  }

  /** Adds the links that are not there yet; each end is in the namespace of its node. */
  link(links: readonly (readonly [number, number])[]): void {
    const pid = (node: number): number => this.#processes[node]!.pid! // unshare(1) became it by exec
    for (const [a, b] of links) {
      ip(`link add ${nameOf(a, b)} netns ${pid(a)} type veth peer name ${nameOf(b, a)} netns ${pid(b)}`)
    }
  }

  async open(links: readonly (readonly [number, number])[]): Promise<void> {
    await this.#each((node) => {
      const ends = links.filter((link) => link.includes(node))
      return { ask: 'open', interfaces: ends.map(([a, b]) => (a === node ? nameOf(a, b) : nameOf(b, a))) }
    })
  }

  async flood(node: number, value: number): Promise<void> {
    await this.#ask(node, { ask: 'flood', value })
  }

  async counters(): Promise<readonly NodeCounters[]> {
    return (await this.#each(() => ({ ask: 'counters' }))) as readonly NodeCounters[]
  }

  #each(request: (node: number) => NodeRequest): Promise<readonly unknown[]> {
    return Promise.all(this.#processes.map((_, node) => this.#ask(node, request(node))))
  }

  async #ask(node: number, request: NodeRequest): Promise<unknown> {
    const child = this.#processes[node]!
    const answered = once(child, 'message')
    child.send(request)
    return ((await Promise.race([answered, this.#ended])) as readonly unknown[])[0]
  }
}
