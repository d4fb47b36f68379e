/**
 * The plan of the lab's traffic: which site sends how much to which, by which applications, over the day. One JSON
 * document that all generators read; with the seed in it, it decides every flow.
 * @module
 */
import { acknowledgementShare } from './acknowledgements.ts'
import { type Application, defaultApplications, type Mix, weightBetween } from './applications.ts'
import { type DayMatrix, gravityMatrix } from './gravity.ts'
import { measuredMatrix } from './measured-matrix.ts'
import { packetOctets, type Version } from './packet.ts'
import { checkPlanInput, planDefaults, type PlanInput, type PlanLink, type PlanSite } from './plan-input.ts'
import { createRandom } from '../random.ts'

export type { PlanInput, PlanLink, PlanSite } from './plan-input.ts'

/** What one site sends another. */
export interface Demand {
  readonly from: string
  readonly to: string
  /** 0..1 of the octets. */
  readonly v6Share: number
  /**
   * Bits per second of IP packets, over one day in equal steps; a single value stands still. Acknowledgements of the
   * flows that come the other way are part of it.
   */
  readonly bitsPerSecond: readonly number[]
  readonly mix: Mix
}

export interface Plan {
  /** 1: first version. */
  readonly version: 1
  readonly seed: number
  readonly matrix: PlanInput['matrix']
  readonly sites: readonly PlanSite[]
  readonly applications: readonly Application[]
  readonly demands: readonly Demand[]
  /** Minutes in which the day of the matrix passes; `undefined` when nothing changes. */
  readonly dayMinutes?: number
  readonly startHour: number
}

/** A pair has at least this share of an even split, so that every pair of the matrix is seen. */
const leastShareOfPair = 0.1

/**
 * Where one way carries much more than the other, the other still has flows of its own, and more of them than
 * acknowledgements: whose those are is known by estimate only, which must not decide what the pair sent.
 */
const leastOverAcknowledgements = 3

/** @throws {RangeError} naming the option that is wrong @throws {LabError} `usage` when a measured matrix is not there */
export function makePlan(input: PlanInput): Plan {
  checkPlanInput(input)
  const {
    sites,
    seed,
    matrix,
    dayMinutes,
    applications = defaultApplications,
    startHour = planDefaults.startHour,
  } = input
  const ranked = [...sites].sort((a, b) => b.accessBitsPerSecond - a.accessBitsPerSecond)
  const day =
    matrix === 'gravity'
      ? gravityMatrix(
          ranked.map((site) => site.accessBitsPerSecond),
          seed,
        )
      : measuredMatrix(matrix, sites.length)
  const shapes = withFloor(dayMinutes === undefined ? meanOf(day) : day, sites.length)
  const measured = sites.flatMap((from) =>
    sites
      .filter((to) => to !== from)
      .map((to) => {
        const pair = ranked.indexOf(from) * sites.length + ranked.indexOf(to)
        return {
          from: from.name,
          to: to.name,
          v6Share: v6ShareOf(input, from.name, to.name),
          bitsPerSecond: shapes.slots.map((slot) => slot[pair]!),
          mix: mixOf(applications, from.name, to.name),
        }
      }),
  )
  const unscaled = measured.map((demand) => coveringAcknowledgements(demand, measured, applications))
  const factor = scaleOf(input, applications, unscaled)
  const demands = unscaled.map((demand) => ({
    ...demand,
    bitsPerSecond: demand.bitsPerSecond.map((rate) => Math.round(rate * factor)),
  }))
  return {
    version: 1,
    seed,
    matrix,
    sites,
    applications,
    demands,
    startHour,
    ...(dayMinutes !== undefined && { dayMinutes }),
  }
}

/** What leaves and what enters a site in its busiest slot, in bits per second, and as share of its smallest link. */
export interface SiteLoad {
  readonly site: string
  readonly outBitsPerSecond: number
  readonly inBitsPerSecond: number
  readonly share: number
}

/** The load that the plan means for each site; `links` as given to `makePlan`. */
export function siteLoads(plan: Pick<Plan, 'sites' | 'demands'>, links: readonly PlanLink[] = []): readonly SiteLoad[] {
  return plan.sites.map(({ name, accessBitsPerSecond }) => {
    const smallest = links
      .filter(({ a, z }) => a === name || z === name)
      .reduce((least, { bitsPerSecond }) => Math.min(least, bitsPerSecond), accessBitsPerSecond)
    const outBitsPerSecond = busiestSum(plan.demands.filter(({ from }) => from === name))
    const inBitsPerSecond = busiestSum(plan.demands.filter(({ to }) => to === name))
    return {
      site: name,
      outBitsPerSecond,
      inBitsPerSecond,
      share: Math.max(outBitsPerSecond, inBitsPerSecond) / smallest,
    }
  })
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The mean of the day, as a day of one slot. */
function meanOf(day: DayMatrix): DayMatrix {
  const pairs = day.slots[0]!.length
  return {
    slots: [Array.from({ length: pairs }, (_, pair) => sum(day.slots.map((slot) => slot[pair]!)) / day.slots.length)],
  }
}

function withFloor(day: DayMatrix, sites: number): DayMatrix {
  return {
    slots: day.slots.map((slot) => {
      const floor = (sum(slot) / (sites * (sites - 1))) * leastShareOfPair
      return slot.map((rate) => Math.max(rate, floor)) // the diagonal is not read
    }),
  }
}

function v6ShareOf({ v6Share = planDefaults.v6Share, seed }: PlanInput, from: string, to: string): number {
  const { least, most } = typeof v6Share === 'number' ? { least: v6Share, most: v6Share } : v6Share
  if (!(least >= 0 && least <= most && most <= 1)) throw new RangeError(`"v6Share" must be 0..1, got ${least}..${most}`)
  return Math.round((least + (most - least) * createRandom('v6', seed, from, to)()) * 1000) / 1000
}

function mixOf(applications: readonly Application[], from: string, to: string): Mix {
  const weights = applications.map((application) => weightBetween(application, from, to))
  const total = sum(weights)
  if (!(total > 0)) throw new RangeError(`"applications" must have one between ${from} and ${to}, got none`)
  return applications
    .map(({ name }, index) => ({ application: name, share: weights[index]! / total }))
    .filter(({ share }) => share > 0)
}

/** The demand, raised where it is less than `leastOverAcknowledgements` times what the other way makes it acknowledge. */
function coveringAcknowledgements(
  demand: Demand,
  demands: readonly Demand[],
  applications: readonly Application[],
): Demand {
  const back = demands.find(({ from, to }) => from === demand.to && to === demand.from)!
  const ofFamily = (version: Version, own: number, other: number): number =>
    own === 0 ? 0 : (acknowledgementShare(applications, back.mix, version) * other) / own
  const share = Math.max(ofFamily(4, 1 - demand.v6Share, 1 - back.v6Share), ofFamily(6, demand.v6Share, back.v6Share))
  const least = share * leastOverAcknowledgements
  const bitsPerSecond = demand.bitsPerSecond.map((rate, slot) => Math.max(rate, back.bitsPerSecond[slot]! * least))
  return { ...demand, bitsPerSecond }
}

/** The largest factor that keeps every site within its load and all of them within the packets per second. */
function scaleOf(input: PlanInput, applications: readonly Application[], demands: readonly Demand[]): number {
  const { load = planDefaults.load, maxPacketsPerSecond = planDefaults.maxPacketsPerSecond } = input
  const busiest = Math.max(...siteLoads({ sites: input.sites, demands }, input.links).map(({ share }) => share))
  const packets = busiestSum(
    demands.map((demand) => ({
      bitsPerSecond: demand.bitsPerSecond.map((rate) => (rate / 8) * packetsPerOctet(applications, demand)),
    })),
  )
  return Math.min(load / busiest, maxPacketsPerSecond / packets)
}

/** Data packets and acknowledgements per octet of the mix. */
function packetsPerOctet(applications: readonly Application[], { mix, v6Share }: Demand): number {
  return sum(
    mix.map(({ application, share }) => {
      const { protocol, payload } = applications.find(({ name }) => name === application)!
      const typical = (payload.least + payload.most) / 2
      const octets = (1 - v6Share) * packetOctets(4, protocol, typical) + v6Share * packetOctets(6, protocol, typical)
      return (share * (protocol === 'tcp' ? 2 : 1)) / octets
    }),
  )
}

/** The largest sum over the slots of the day. */
function busiestSum(rows: readonly Pick<Demand, 'bitsPerSecond'>[]): number {
  const slots = rows[0]?.bitsPerSecond.length ?? 0
  return Math.max(0, ...Array.from({ length: slots }, (_, slot) => sum(rows.map((row) => row.bitsPerSecond[slot]!))))
}
