/** The queues of links with services, at a router without private lines; with lines, `LineKernel` makes them. @module */
import { rateCommands, type RateTree, rateTreeProblem, runBatch } from '@vagus/linux'
import { capacityOf, readQdiscs, readTree } from '../lines/kernel-view.ts'
import { QueueAdder } from '../queue-adder.ts'
import { serviceClassesAt } from './service-options.ts'

export class ServiceTrees {
  readonly #links: readonly string[]
  readonly #capacities: ReadonlyMap<string, number>
  readonly #adder = new QueueAdder()

  /** @param capacities octets per second by interface, where neither shaper nor driver says it */
  constructor(links: readonly string[], capacities: ReadonlyMap<string, number>) {
    this.#links = links
    this.#capacities = capacities
  }

  /** Every link has its queues. By interface, why one has not. @throws {UnavailableError} */
  async bring(): Promise<ReadonlyMap<string, string>> {
    const problems = new Map<string, string>()
    const all = await readQdiscs()
    for (const name of this.#links) {
      const qdiscs = all.get(name) ?? []
      const capacity = capacityOf(name, qdiscs, this.#capacities)
      const problem = rateTreeProblem(name, qdiscs) ?? (capacity === undefined ? noCapacity(name) : undefined)
      if (problem === undefined)
        await this.#make(name, capacity!).catch((error: Error) => problems.set(name, error.message))
      else problems.set(name, problem)
    }
    return problems
  }

  /** The links are as they were before. @throws {UnavailableError} */
  async clear(): Promise<void> {
    const all = await readQdiscs()
    for (const name of this.#links) await removeTree(name, all.get(name) ?? [])
  }

  async #make(name: string, bitsPerSecond: number): Promise<void> {
    const tree = (): RateTree => ({
      interface: name,
      bitsPerSecond,
      classes: [],
      services: serviceClassesAt(bitsPerSecond),
      waiting: this.#adder.waiting,
    })
    const now = await readTree(name, (await readQdiscs()).get(name) ?? [])
    const { add, remove } = rateCommands(tree(), now)
    await this.#adder.add(add, () => rateCommands(tree(), now))
    await runBatch('tc', [], remove)
  }
}

const noCapacity = (name: string): string => `nobody says the capacity of ${name}: --capacity ${name}=RATE`

/** @param qdiscs all of the interface @throws {UnavailableError} */
export async function removeTree(name: string, qdiscs: Parameters<typeof rateTreeProblem>[1]): Promise<void> {
  const nothing = { interface: name, bitsPerSecond: 0, classes: [], waiting: 'bfifo' } as const
  await runBatch('tc', [], rateCommands(nothing, await readTree(name, qdiscs)).remove)
}
