/**
 * Service by role at this router: queues for each service on its links, and at its edges marks that count for members of a
 * fleet alone. It ends with the agent: the marks by themselves, also after kill -9, and then everything is best effort.
 * @module
 */
import { rmSync } from 'node:fs'
import { operator } from '@vagus/api/actor'
import type { AgentId } from '@vagus/identity'
import {
  type MarkCounts,
  markCountsOf,
  type MarkedMember,
  type MarkedService,
  memberCommands,
  OwnedTable,
  ownPriority,
  runTool,
  servicePriority,
  serviceTableCommands,
} from '@vagus/linux'
import { linkShares, memberShare, serviceNames, services } from '@vagus/qos'
import { capacityOf, readQdiscs } from '../lines/kernel-view.ts'
import type { TellDeed } from '../record/device-record.ts'
import { textOf } from '../rounds.ts'
import { noteServices } from './clear-services.ts'
import { MemberPlaces, type MembersSeen } from './member-places.ts'
import { RosterStore } from './roster-store.ts'
import { asksForLess, type ServiceOptions } from './service-options.ts'
import { serviceFile } from './service-file.ts'
import { ServiceTrees } from './service-trees.ts'

/** Of nftables. */
const table = 'vagus_services'

export interface ServiceDeskParts {
  readonly options: ServiceOptions
  /** Path of the control socket: a file beside it says that there are queues of services. */
  readonly control: string
  /** Octets per second by interface, where neither shaper nor driver says it. */
  readonly capacities: ReadonlyMap<string, number>
  /** Of private lines at this router, which make the queues then; as text. */
  readonly block: string | undefined
  /** Addresses of members that moved to links of this router. */
  readonly attached: () => readonly { readonly id: AgentId; readonly address: string }[]
  readonly report: (line: string) => void
  readonly tell: TellDeed | undefined
}

/** How it stands. */
export interface ServiceStatus {
  readonly links: readonly string[]
  readonly owner: AgentId
  /** Of the roster; null: there is none that holds, and nobody's marks count. */
  readonly epoch: number | null
  /** Addresses of members. */
  readonly addresses: number
  readonly counts: MarkCounts
  readonly problems: readonly string[]
}

export class ServiceDesk {
  readonly #parts: ServiceDeskParts
  readonly #places: MemberPlaces
  readonly #trees: ServiceTrees | undefined
  #table: OwnedTable | undefined
  #seen: MembersSeen = { members: [], epoch: undefined, problems: [] }
  #members = ''
  #problems: readonly string[] = []
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: ServiceDeskParts, places = new MemberPlaces(parts.options, new RosterStore(parts.control))) {
    this.#parts = parts
    this.#places = places
    this.#trees = parts.block === undefined ? new ServiceTrees(parts.options.links, parts.capacities) : undefined
  }

  /** Makes what is missing, and looks who is where. Never rejects. */
  look(signal: AbortSignal): Promise<void> {
    this.#looking = this.#look(signal)
    return this.#looking
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { options, control } = this.#parts
    if (signal.aborted) return
    try {
      if (this.#table?.isOpen !== true) {
        await noteServices(control, this.#trees === undefined ? 'with lines' : 'without lines', options.links)
        await this.#begin()
      }
      const problems = await (this.#trees?.bring() ?? new Map<string, string>())
      this.#seen = await this.#places.look(Date.now(), signal)
      await this.#follow(this.#seen)
      this.#tellProblems([...problems.values(), ...this.#seen.problems])
    } catch (error) {
      if (!signal.aborted) this.#tellProblems([textOf(error)])
      if (this.#table?.isOpen !== true) this.#table = undefined
    }
  }

  async status(): Promise<ServiceStatus> {
    const { links, owner } = this.#parts.options
    const listed = await runTool('nft', ['-j', 'list', 'table', 'inet', table]).catch(() => undefined)
    return {
      links,
      owner,
      epoch: this.#seen.epoch ?? null,
      addresses: this.#seen.members.length,
      counts: listed === undefined ? { foreign: 0, beyond: 0 } : markCountsOf(listed),
      problems: this.#problems,
    }
  }

  /** Everything is as before; what is under way ends first, so abort its signal. Never rejects. */
  async close(): Promise<void> {
    await this.#looking
    const { control, report, tell, options } = this.#parts
    const wasOpen = this.#table !== undefined
    await this.#table?.close()
    this.#table = undefined
    try {
      await this.#trees?.clear()
      rmSync(serviceFile(control), { force: true })
    } catch (error) {
      report(`queues of services are not removed: ${textOf(error)}; the next start of this agent removes them`)
    }
    if (wasOpen) tell?.({ event: 'services.ended', subject: options.links.join(','), fields: {}, by: operator })
  }

  async #begin(): Promise<void> {
    const { options, block, report, tell } = this.#parts
    const marked = await this.#marked()
    const made = new OwnedTable(table)
    try {
      await made.begin(serviceTableCommands({ table, inner: options.links, block, services: marked, ownPriority }))
    } catch (error) {
      await made.close()
      throw error
    }
    this.#table = made
    this.#members = ''
    report(`marks of members of the fleet of ${options.owner} count; edges are all but ${options.links.join(', ')}`)
    const fields = { owner: options.owner }
    tell?.({ event: 'services.begun', subject: options.links.join(','), fields, by: operator })
  }

  /** With the rates of the narrowest link. */
  async #marked(): Promise<readonly MarkedService[]> {
    const all = await readQdiscs()
    const { links } = this.#parts.options
    const rates = links.map((name) => capacityOf(name, all.get(name) ?? [], this.#parts.capacities) ?? Infinity)
    const narrowest = Math.min(...rates)
    if (!Number.isFinite(narrowest)) throw new RangeError(`nobody says the capacity of ${links[0]}: --capacity IF=RATE`)
    return serviceNames.map((name, index) => ({
      name,
      dscp: services[name].dscp,
      priority: servicePriority(index),
      most: asksForLess(name) ? undefined : Math.round((linkShares[name].most * memberShare * narrowest) / 8),
    }))
  }

  async #follow({ members }: MembersSeen): Promise<void> {
    const moved = this.#parts.attached().flatMap(({ id, address }): readonly MarkedMember[] => {
      const service = this.#places.serviceOf(id, Date.now())
      return service === undefined ? [] : [{ address, service }]
    })
    const all: readonly MarkedMember[] = [...members, ...moved]
    const text = JSON.stringify(all)
    if (text === this.#members || this.#table === undefined) return
    const names = { table, services: await this.#marked() }
    await this.#table.run(memberCommands(names, all))
    this.#members = text
    this.#parts.report(`${all.length} addresses of members count`)
  }

  #tellProblems(problems: readonly string[]): void {
    for (const problem of problems) if (!this.#problems.includes(problem)) this.#parts.report(problem)
    this.#problems = problems
  }
}
