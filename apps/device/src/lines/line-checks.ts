/** What this router can hold and steer now: its links and what is kept free on them, its neighbours, its routes. @module */
import { containsPrefix, formatAddress, parsePrefix } from '@vagus/address'
import { type Decline, decline, type LineHold, type LineOffer, type LineSteer } from '@vagus/grasp/objectives'
import { rateTreeProblem } from '@vagus/linux'
import { capacityOf, exists, hasStrictSource, isUp, readQdiscs, routeTo } from './kernel-view.ts'
import { isContested, selectorKey } from './line-bounds.ts'
import type { LineKernel } from './line-kernel.ts'
import { keptAt } from './wanted.ts'

/** Bits per second that lines may take together, by interface. */
export type Room = ReadonlyMap<string, number>

export interface CheckParts {
  readonly kernel: Pick<LineKernel, 'gatewayAt'>
  readonly capacities: ReadonlyMap<string, number>
  /** 0..0.95 */
  readonly share: number
}

/** The room at the links of a hold, or why nothing can be held there. @throws {UnavailableError} */
export async function roomFor({ transmits, end }: LineHold, parts: CheckParts): Promise<Room | Decline> {
  const qdiscs = await readQdiscs()
  const room = new Map<string, number>()
  for (const { interface: name } of transmits) {
    const here = qdiscs.get(name) ?? []
    const problem = rateTreeProblem(name, here)
    if (problem !== undefined) return decline('RESOURCE', problem)
    if (!isUp(name)) return decline('RESOURCE', `${name} is down`)
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

/** Why the site behind the interface is not the one of these prefixes; undefined where it is. @throws {UnavailableError} */
export async function sourceProblem({ interface: name, from }: LineSteer): Promise<Decline | undefined> {
  if (!exists(name)) return decline('RESOURCE', `there is no interface ${name}`)
  const problems = await Promise.all(from.map((prefix) => notRouted(prefix, name)))
  const [problem] = problems.filter((one) => one !== undefined)
  return problem === undefined ? undefined : decline('POLICY', problem)
}

async function notRouted(text: string, name: string): Promise<string | undefined> {
  const prefix = parsePrefix(text)
  const route = await routeTo(middleOf(text))
  if (route === undefined) return `there is no route to ${text}`
  const isWhole = route.prefix === 'default' || containsPrefix(parsePrefix(withLength(route.prefix)), prefix)
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
