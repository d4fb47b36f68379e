/**
 * Agents on the same links, found without configuration: each floods what it can do, link-local and unauthenticated (DULL,
 * RFC 8990 §2.5.2). What is heard is a hint whom to speak to, never a reason to trust.
 * @module
 */
import { type AgentCap, agentCap, isNewer, type Locator, transportProtocol } from '@vagus/grasp'
import { steadyNow } from './clock.ts'
import { type DullLink, DullLinks } from './dull-links.ts'

/** An agent that was heard. */
export interface Neighbour {
  readonly cap: AgentCap
  /** Our interface. */
  readonly interface: string
  /** Where it answers; link-local. */
  readonly locator: Locator | undefined
  /** Milliseconds since 1970 by the clock as it is set now. */
  readonly firstAt: number
  readonly lastAt: number
  readonly expiresAt: number
}

export interface NeighbourhoodOptions {
  /** What to tell: name, skills, protocols. Nothing: to listen only. */
  readonly self?: Omit<AgentCap, 'header'>
  /** Names of interfaces, `*` for all. */
  readonly interfaces: readonly string[]
  /** Takes a line for people when something starts or stops failing. */
  readonly report?: (line: string) => void
  readonly onChange?: (neighbour: Neighbour) => void
}

/** As for the other floods of an autonomic network (RFC 8994 §6.4): every minute, valid for three and a half. Milliseconds. */
const floodMs = 60_000
const ttlMs = 210_000
/** Between two looks at the interfaces and at who is gone. */
const lookMs = 1000
/** A newcomer is told at once who is here, but not more often than so. */
const greetMs = 1000
/** Agents remembered; the one not heard for longest is forgotten. Anybody on a link can make up names. */
const maxNeighbours = 1024

interface OpenLink extends DullLink {
  readonly flood: () => void
  lastFlood: number
}

export class Neighbourhood {
  readonly #options: NeighbourhoodOptions
  readonly #links: DullLinks<OpenLink>
  /** With times of the steady clock. */
  readonly #neighbours = new Map<string, Neighbour>()
  readonly #timer: NodeJS.Timeout
  readonly #epoch = Date.now()
  #sequence = 0

  constructor(options: NeighbourhoodOptions) {
    const { interfaces, report } = options
    this.#options = options
    this.#links = new DullLinks({
      interfaces,
      objectives: [agentCap.name],
      begin: (link) => this.#begin(link),
      ...(report === undefined ? {} : { report }),
    })
    this.#timer = setInterval(() => this.#look(), lookMs).unref()
  }

  /** Those that were heard and are still valid. */
  get neighbours(): readonly Neighbour[] {
    const now = steadyNow()
    return [...this.#neighbours.values()].filter(({ expiresAt }) => expiresAt > now).map(byTheClock)
  }

  /** Interfaces in use. */
  get interfaces(): readonly string[] {
    return this.#links.interfaces
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#links.stop()
  }

  #look(): void {
    const now = steadyNow()
    for (const link of this.#links.uses) if (now >= link.lastFlood + floodMs) this.#tell(link, now)
    for (const [key, { expiresAt }] of this.#neighbours) if (expiresAt <= now) this.#neighbours.delete(key)
  }

  #begin(link: DullLink): OpenLink {
    const { grasp } = link
    const agent = grasp.agent('neighbourhood')
    agent.register(agentCap)
    const { self } = this.#options
    const locator: Locator = {
      type: 'ipv6',
      address: link.address,
      protocol: transportProtocol.tcp,
      port: grasp.instance.port,
    }
    const header = (): AgentCap['header'] => ({
      node: self?.agent ?? '',
      epoch: this.#epoch,
      sequence: this.#sequence++,
    })
    const open: OpenLink = {
      ...link,
      flood: () => {
        if (self !== undefined) agent.flood(agentCap, { ...self, header: header() }, { ttlMs, locator })
      },
      lastFlood: -Infinity,
    }
    void (async () => {
      for await (const { value, locator: from, expiresAt } of agent.watch(agentCap)) {
        this.#hear(open, { cap: value, interface: link.name, locator: from, expiresAt })
      }
    })()
    return open
  }

  #hear(link: OpenLink, heard: Heard): void {
    const { agent, header } = heard.cap
    if (agent === this.#options.self?.agent && header.epoch === this.#epoch) return // ourselves, by another interface
    const now = steadyNow()
    const key = `${heard.interface} ${heard.cap.agent}`
    const before = this.#neighbours.get(key)
    const isNew = before === undefined || !isSameRun(before, heard)
    if (!isNew && !isNewer(heard.cap.header, before.cap.header)) return
    const expiresAt = Math.min(heard.expiresAt, now + ttlMs)
    const neighbour = { ...heard, expiresAt, firstAt: before?.firstAt ?? now, lastAt: now }
    this.#neighbours.delete(key)
    this.#neighbours.set(key, neighbour)
    const [oldest] = this.#neighbours.keys()
    if (this.#neighbours.size > maxNeighbours && oldest !== undefined) this.#neighbours.delete(oldest)
    this.#options.onChange?.(byTheClock(neighbour))
    if (isNew && now >= link.lastFlood + greetMs) this.#tell(link, now)
  }

  #tell(link: OpenLink, now: number): void {
    if (this.#links.flood(link, link.flood)) link.lastFlood = now
  }
}

type Heard = Pick<Neighbour, 'cap' | 'interface' | 'locator' | 'expiresAt'>

/**
 * An agent that started again has another epoch, and as a rule another port. Of two runs the one heard last counts, not
 * the higher epoch: the clock of a router may start behind, and nobody passes on what is flooded on a link.
 */
const isSameRun = (one: Heard, other: Heard): boolean =>
  one.cap.header.epoch === other.cap.header.epoch && portOf(one.locator) === portOf(other.locator)

const portOf = (locator: Locator | undefined): number | null | undefined =>
  locator !== undefined && 'port' in locator ? locator.port : undefined

function byTheClock(neighbour: Neighbour): Neighbour {
  const ahead = Date.now() - steadyNow()
  const { firstAt, lastAt, expiresAt } = neighbour
  return { ...neighbour, firstAt: firstAt + ahead, lastAt: lastAt + ahead, expiresAt: expiresAt + ahead }
}
