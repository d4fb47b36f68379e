/**
 * One GRASP instance in DULL mode on each of some interfaces (RFC 8990 §2.5.2): opened when the interface is there, closed
 * when it is gone or has another address, and opened again.
 * @module
 */
import { textOf } from './link/address.ts'
import { type LinkInterface, readInterfaces } from './link/interfaces.ts'
import { type Grasp, openGrasp } from './open.ts'

export interface DullLink extends LinkInterface {
  readonly grasp: Grasp
}

export interface DullLinksOptions<Use> {
  /** Names of interfaces, `*` for all. */
  readonly interfaces: readonly string[]
  /** Names of the objectives that are heard. */
  readonly objectives: readonly string[]
  /** What is made of a link that is there; an error is said, and the link tried again. */
  readonly begin: (link: DullLink) => Use | Promise<Use>
  /** Its link is gone, or all is stopped. */
  readonly end?: (use: Use) => void | Promise<void>
  /** Takes a line for people when something starts or stops failing. */
  readonly report?: (line: string) => void
}

/** Of an interface that cannot be spoken over: the kernel tells only of those that are up and have an address. */
const notThere = 'is not there, not up, or has no link-local IPv6 address; it is used as soon as it has'

/** Milliseconds between two looks at the interfaces. */
const lookMs = 1000

interface OpenLink<Use> {
  readonly link: DullLink
  readonly use: Use
}

export class DullLinks<Use> {
  readonly #options: DullLinksOptions<Use>
  readonly #open = new Map<string, OpenLink<Use>>()
  readonly #opening = new Map<string, Promise<void>>()
  readonly #problems = new Map<string, string>()
  readonly #timer: NodeJS.Timeout
  #isStopped = false

  constructor(options: DullLinksOptions<Use>) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), lookMs).unref()
    this.#look()
  }

  /** Names of interfaces in use. */
  get interfaces(): readonly string[] {
    return [...this.#open.keys()]
  }

  /** What was made of the links in use. */
  get uses(): readonly Use[] {
    return [...this.#open.values()].map(({ use }) => use)
  }

  /** Does `flood` where the link can be sent over; whether it was tried. What fails is said once, and so is that it works again. */
  flood({ name, grasp }: DullLink, flood: () => void): boolean {
    if (grasp.instance.interfaces.length === 0) return false
    try {
      flood()
      this.#failing(`${name}: flood`, undefined)
    } catch (error) {
      this.#failing(`${name}: flood`, problemOf(error))
    }
    return true
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await Promise.all(this.#opening.values())
    const all = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(all.map((one) => this.#close(one)))
  }

  #look(): void {
    const { interfaces } = this.#options
    const found = this.#found(interfaces.includes('*') ? undefined : interfaces)
    for (const one of this.#open.values()) {
      const same = found.get(one.link.name)
      if (same?.index === one.link.index && textOf(same.address) === textOf(one.link.address)) continue
      this.#open.delete(one.link.name)
      void this.#close(one)
    }
    for (const name of interfaces) if (name !== '*' && !found.has(name)) this.#failing(name, notThere)
    for (const link of found.values()) {
      if (this.#open.has(link.name) || this.#opening.has(link.name)) continue
      const opening = this.#takeUp(link).finally(() => this.#opening.delete(link.name))
      this.#opening.set(link.name, opening)
    }
  }

  #found(names: readonly string[] | undefined): ReadonlyMap<string, LinkInterface> {
    try {
      return readInterfaces(names)
    } catch (error) {
      this.#failing('interfaces', String(error))
      return new Map()
    }
  }

  async #takeUp(link: LinkInterface): Promise<void> {
    const { report, objectives, begin } = this.#options
    let grasp: Grasp | undefined
    try {
      grasp = await openGrasp({
        mode: 'dull',
        interface: link.name,
        objectives,
        ...(report === undefined ? {} : { report }),
      })
      if (this.#isStopped) return await grasp.close()
      const dull = { ...link, grasp }
      const use = await begin(dull)
      this.#failing(link.name, undefined)
      this.#open.set(link.name, { link: dull, use })
    } catch (error) {
      await grasp?.close()
      this.#failing(link.name, problemOf(error))
    }
  }

  /** Says that something fails, or with `undefined` that it works again; each only once. */
  #failing(what: string, problem: string | undefined): void {
    if (this.#problems.get(what) === problem) return
    if (problem === undefined) this.#problems.delete(what)
    else this.#problems.set(what, problem)
    this.#options.report?.(`GRASP: ${what}: ${problem ?? 'works again'}`)
  }

  async #close({ link, use }: OpenLink<Use>): Promise<void> {
    await this.#options.end?.(use)
    await link.grasp.close()
  }
}

const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
