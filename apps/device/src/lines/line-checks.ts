/** What this router can hold and steer now: its links and what is kept free on them, its neighbours, its routes. @module */
import { containsPrefix, formatAddress, parsePrefix } from '@vagus/address'
import { type Decline, decline, type LineHold, type LineOffer, type LineSteer, planKey } from '@vagus/grasp/objectives'
import { outerOctets } from '@vagus/line'
import { rateTreeProblem } from '@vagus/linux'
import { capacityOf, exists, hasStrictSource, isUp, mtuOf, readQdiscs, routeTo } from './kernel-view.ts'
import { tableProblem } from './line-claims.ts'
import { isContested, selectorKey } from './line-bounds.ts'
import type { LineKernel } from './line-kernel.ts'
import { tableOf } from './marks.ts'
import { keptAt } from './wanted.ts'

/** Bits per second that lines may take together, by interface. */
export type Room = ReadonlyMap<string, number>

export interface CheckParts {
  readonly kernel: Pick<LineKernel, 'gatewayAt'>
  readonly capacities: ReadonlyMap<string, number>
  /** 0..0.95 */
  readonly share: number
}

/** Octets of a full packet of a site, wherever it is. */
const fullPacket = 1500

/** The room at the links of a hold, or why nothing can be held there. @throws {UnavailableError} */
export async function roomFor({ transmits, end }: LineHold, parts: CheckParts): Promise<Room | Decline> {
  const qdiscs = await readQdiscs()
  const room = new Map<string, number>()
  // Whoever sends a packet that does not fit would not be told: the kernel tells its own outer address.
  const least = Math.max(fullPacket, (end === undefined ? undefined : mtuOf(end.interface)) ?? 0) + outerOctets
  for (const { interface: name } of transmits) {
    const here = qdiscs.get(name) ?? []
    const problem = rateTreeProblem(name, here)
    if (problem !== undefined) return decline('RESOURCE', problem)
    if (!isUp(name)) return decline('RESOURCE', `${name} is down`)
    const mtu = mtuOf(name) ?? 0
    if (mtu < least) return decline('RESOURCE', `${name} has an MTU of ${mtu}; full packets in a line need ${least}`)
    const capacity = capacityOf(name, here, parts.capacities)
    if (capacity === undefined)
      return decline('RESOURCE', `nobody says the capacity of ${name}; give it with --capacity ${name}=RATE`)
    if ((await parts.kernel.gatewayAt(name)) === undefined)
      return decline('RESOURCE', `at ${name} is not exactly one other router with IPv6`)
    if (end !== undefined && (await hasStrictSource(name)))
      return decline('RESOURCE', `rp_filter of ${name} is 1, so it refuses what comes over a line; 2 or 0 would do`)
    room.set(name, capacity * parts.share)
  }
  if (end !== undefined && !exists(end.interface)) return decline('RESOURCE', `there is no interface ${end.interface}`)
  return room
}

/**
 * The room where intents leave lines less than the operator of the device does, and whose word that is, for whoever is told
 * that it does not suffice. @param share the device's own, 0..0.95
 */
export function narrowed(
  room: Room,
  share: number,
  leastOf: (name: string) => { readonly share: number; readonly intent: string } | undefined,
): { readonly room: Room; readonly words: string } {
  const words: string[] = []
  const less = [...room].map(([name, bitsPerSecond]) => {
    const least = leastOf(name)
    if (least === undefined || least.share >= share) return [name, bitsPerSecond] as const
    words.push(`; intent "${least.intent}" leaves lines ${Math.round(least.share * 100)} % of ${name}`)
    return [name, (bitsPerSecond * least.share) / share] as const
  })
  return { room: new Map(less), words: words.join('') }
}

/** Why a hold does not fit beside the others; undefined where it does. */
export function roomProblem(
  offer: LineOffer,
  part: LineHold,
  held: readonly LineOffer[],
  room: Room,
): Decline | undefined {
  for (const { interface: name, bitsPerSecond } of part.transmits) {
    const most = room.get(name) ?? 0
    const free = most - keptAt(name, held)
    if (keptAt(name, [...held, offer]) <= most) continue
    const words = `${megabits(free)} of ${megabits(most)} Mbit/s are free for lines on ${name}`
    return decline('RESOURCE', `${words}; ${megabits(bitsPerSecond)} are asked for`)
  }
  return undefined
}

/**
 * Holds that a link has no room for any more, by plan, each with the reason: it was shaped or negotiated anew since. The newest
 * are named. @param held in force, oldest first
 */
export function shortHolds(held: readonly LineOffer[], room: Room): ReadonlyMap<string, string> {
  const short = new Map<string, string>()
  const stay: LineOffer[] = []
  for (const offer of held) {
    if (offer.part?.type !== 'hold') continue
    const full = offer.part.transmits.find(
      ({ interface: name }) => keptAt(name, [...stay, offer]) > (room.get(name) ?? Infinity),
    )
    if (full === undefined) stay.push(offer)
    else {
      const most = megabits(room.get(full.interface)!)
      short.set(planKey(offer.planId), `${full.interface} has ${most} Mbit/s for lines now, and they need more`)
    }
  }
  return short
}

const megabits = (bitsPerSecond: number): string => String(Math.floor(Math.max(0, bitsPerSecond) / 1e4) / 100)

/** Why a steer cannot be beside the others; undefined where it can. */
export function steerProblem(number: number, part: LineSteer, inForce: readonly LineOffer[]): Decline | undefined {
  const hold = inForce.find((one) => one.number === number && one.part?.type === 'hold')?.part as LineHold | undefined
  if (hold?.end === undefined) return decline('RESOURCE', `path ${number} has no end here that is held`)
  if (hold.end.remote !== part.remote || hold.end.interface !== part.interface)
    return decline('POLICY', `the end of path ${number} here is at ${hold.end.interface}, towards ${hold.end.remote}`)
  const other = inForce.find(
    (one) => one.part?.type === 'steer' && selectorKey(one.part) !== selectorKey(part) && isContested(one.part, part),
  )
  return other && decline('BUSY', `path ${other.number} has some of these prefixes already`)
}

/**
 * Why the site behind the interface is not the one of these prefixes, or their table is somebody else's; undefined where all
 * is well. @throws {UnavailableError}
 */
export async function steeringProblem(
  { interface: name, from }: LineSteer,
  number: number,
): Promise<Decline | undefined> {
  if (!exists(name)) return decline('RESOURCE', `there is no interface ${name}`)
  const [problems, other] = await Promise.all([
    Promise.all(from.map((prefix) => notRouted(prefix, name))),
    tableProblem(tableOf(number)),
  ])
  const problem = problems.find((one) => one !== undefined)
  if (problem !== undefined) return decline('POLICY', problem)
  return other === undefined ? undefined : decline('RESOURCE', other)
}

async function notRouted(text: string, name: string): Promise<string | undefined> {
  const prefix = parsePrefix(text)
  const route = await routeTo(middleOf(text))
  if (route === undefined) return `there is no route to ${text}`
  // Where everything goes, nobody is in particular: whoever could name any source there would take others' packets.
  if (route.prefix === 'default') return `${text} has no route but the default one`
  const isWhole = containsPrefix(parsePrefix(withLength(route.prefix)), prefix)
  if (!isWhole) return `there is no route to all of ${text}, only to ${route.prefix}`
  const isThere = route.interfaces.every((one) => one === name)
  return isThere ? undefined : `${text} is routed to ${route.interfaces.join(' and ')}, not to ${name}`
}

/** The first address of a prefix is often that of the router, or of everybody. */
function middleOf(text: string): string {
  const { octets, length, version } = parsePrefix(text)
  const bit = length + (version === 4 ? 96 : 0)
  const middle = Uint8Array.from(octets)
  if (bit < 128) middle[bit >> 3]! |= 0x80 >> (bit & 7)
  return formatAddress(middle)
}

const withLength = (text: string): string => (text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
