/** A border of the steering desk in virtual time, with its counters, flows, agents and disk. */
import { type ConfigInput, configSchema } from '@vagus/api'
import { type Proposal, steeringOwner } from '@vagus/api/steering'
import { type NumberRange, StoreError, type TopQuery } from '@vagus/store'
import { createDirectory } from '../../src/domain/directory.ts'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { SteeringDesk, type SteeringParts, type SteeringView } from '../../src/steering/steering-desk.ts'
import type { SteeringKeeper } from '../../src/steering/steering-keeper.ts'
import { borderConfig } from './border-config.ts'

export const minute = 60_000
export const start = Date.parse('2026-11-26T03:00:00Z')

type Actuation = ReturnType<SteeringParts['inForce']>[number] & { readonly device: string }

/** A border whose loads are the sums of its prefixes' rates, and what its controller keeps and tells. */
export class Scene {
  now = start
  config: ConfigInput = borderConfig()
  /** Bits per second, by link. */
  readonly rates: Record<string, [number, number]> = { office: [40e6, 0], factory: [44e6, 12e6] }
  storeProblem: string | undefined
  readonly asked: TopQuery[] = []
  classes: Actuation[] = []
  readonly down = new Set<string>()
  /** Addresses of devices from which no flows come. */
  readonly silent = new Set<string>()
  readonly told: EventDraft[] = []
  readonly reported: string[] = []
  readonly snapshots = new Map<string, unknown>()
  readonly proposals = new Map<string, Proposal>()
  isDiskFull = false
  desk = this.begin()

  begin(): SteeringDesk {
    return new SteeringDesk(this.parts())
  }

  parts(): SteeringParts {
    return {
      view: () => this.#view(),
      measured: () => new Map(),
      inForce: (device) => this.classes.filter((one) => one.device === device),
      keeper: this.#keeper(),
      tell: (draft) => this.told.push(draft),
      report: (line) => this.reported.push(line),
    }
  }

  /** Steps of a minute. */
  async steps(count: number): Promise<void> {
    for (let step = 0; step < count; step++) {
      this.now += minute
      await this.desk.step()
    }
  }

  /** The newest. */
  get proposal(): Proposal | undefined {
    return this.desk.proposals.all()[0]
  }

  /** As the command line does it. */
  approve({ classes }: Proposal): void {
    for (const { prefix, device, interface: name, class: number } of classes) {
      this.classes = this.classes.filter((one) => one.prefix !== prefix || one.device !== device)
      if (number === null) continue
      const appliedAt = new Date(this.now).toISOString()
      const expiresAt = new Date(this.now + 60 * minute).toISOString()
      this.classes.push({
        id: `${this.now}`,
        owner: steeringOwner,
        prefix,
        device,
        interface: name,
        class: number,
        appliedAt,
        expiresAt,
      })
    }
  }

  #view(): SteeringView {
    const config = configSchema.parse(this.config)
    const loadOf = (device: number): number =>
      Object.values(this.rates).reduce((sum, rate) => sum + rate[device - 1]!, 0)
    const view = {
      now: () => this.now,
      since: 0,
      report: {
        recordLag: { ms: 10_000 },
        log: {},
        exporters: ['192.0.2.1', '192.0.2.2'].map((address) => ({
          address,
          records: 1,
          lastAt: this.silent.has(address) ? start : this.now,
          lost: { lastHour: { units: 0, received: 1 } },
          protocol: 'ipfix',
        })),
      },
      config,
      domain: { sites: config.sites },
      directory: createDirectory(config),
      exportersAt: (address: string) => [Number(address.at(-1))],
      measurements: {
        numberAt: (address: string) => Number(address.at(-1)),
        linkState: (link: string) => ({ state: this.down.has(link) ? 'down' : 'up' }),
        counters: {
          latest: () => ({ at: this.now, adminUp: true, operUp: true }),
          rates: (device: number) => ({ inBitsPerSecond: loadOf(device) }),
        },
      },
      store: {
        stats: () => Promise.resolve({ completeTo: this.now }),
        top: (query: TopQuery) =>
          this.#top(
            query,
            config.sites.map(({ name }) => name),
          ),
      },
    }
    return view as unknown as SteeringView // sound: nothing else of it is read
  }

  #top(query: TopQuery, sites: readonly string[]) {
    this.asked.push(query)
    if (this.storeProblem !== undefined) return Promise.reject(new StoreError('busy', this.storeProblem))
    const last = query.by[3] === 'version' ? 4 : '10.9.0.1'
    const asked = query
      .filter!.filter(({ dimension }) => dimension === 'dstSite')
      .map(({ value }) => value as NumberRange)
    const isAsked = (site: number): boolean => asked.some(({ from, to }) => from <= site && site <= to)
    const items = Object.entries(this.rates).flatMap(([site, row]) =>
      row.map((rate, link) => ({
        key: [link + 1, 2, sites.indexOf(site) + 1, last],
        octets: (rate * (query.to - query.from)) / 8000,
      })),
    )
    return Promise.resolve({ ...query, items: items.filter(({ key }) => isAsked(Number(key[2]))) })
  }

  #keeper(): SteeringKeeper {
    const disk = (): void => {
      if (this.isDiskFull) throw new Error('the disk is full')
    }
    return {
      load: () => [...this.proposals.values()],
      keep: (one) => {
        disk()
        this.proposals.set(one.id, one)
      },
      forget: (id) => void this.proposals.delete(id),
      snapshotOf: (neighbour) => this.snapshots.get(neighbour),
      keepSnapshot: (neighbour, snapshot) => {
        disk()
        this.snapshots.set(neighbour, JSON.parse(JSON.stringify(snapshot)))
      },
    }
  }
}
