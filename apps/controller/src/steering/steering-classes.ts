/**
 * Traffic classes and the links to which they draw a prefix, both ways.
 *
 *   link      class         the neighbour sees     so it sends
 *   tr-1      none          MED as usual           here
 *   tr-2      4             MED 200
 *
 * A neighbour prefers the shorter AS_PATH, then the lower MED (RFC 4271 §9.1.2.2). What a link without a class announces is
 * taken for no prepending and MED 0: as good as can be.
 * @module
 */
import { steeringOwner, type ProposedClass } from '@vagus/api/steering'
import { defaultClasses } from '@vagus/bgp/actuation'

/** A traffic class in force at a device. */
export interface ClassInForce {
  readonly owner: string
  /** In the form of `formatPrefix`. */
  readonly prefix: string
  readonly device: string
  readonly interface: string
  readonly class: number
}

/** Where a class is asked for. */
export interface ClassPlace {
  readonly link: string
  readonly device: string
  readonly interface: string
  /** Of a link that is down: nothing is announced there, and its agent refuses a class. */
  readonly isDown?: true
}

/** MED 200: worse than the usual 100, and leaves room for worse. */
const drivingClass = 4

/** Of AS_PATH, then MED; a class that is not known here, or is for the way out, changes neither. */
const badnessOf = (number: number | undefined): readonly [prepend: number, med: number] => {
  const found = defaultClasses.find((one) => one.number === number)
  return [found?.prepend ?? 0, found?.med ?? 0]
}

const isWorse = (one: readonly [number, number], other: readonly [number, number]): boolean =>
  one[0] === other[0] ? one[1] > other[1] : one[0] > other[0]

const isAt = (place: ClassPlace, one: ClassInForce): boolean =>
  place.device === one.device && place.interface === one.interface

/**
 * Number of the link to which the classes in force draw the prefix: on every other link is one that makes it worse there.
 * Undefined where there is none. Of several classes at one place the newest, which is the last, is announced. Links that are
 * down draw nothing, and need no class.
 */
export function steeredTo(
  prefix: string,
  links: readonly ClassPlace[],
  inForce: readonly ClassInForce[],
): number | undefined {
  const classes = links.map((link) => inForce.findLast((one) => one.prefix === prefix && isAt(link, one))?.class)
  const up = links.flatMap(({ isDown }, at) => (isDown === true ? [] : [at]))
  if (up.length < 2) return undefined
  return up.find((at) =>
    up.every((other) => other === at || isWorse(badnessOf(classes[other]), badnessOf(classes[at]))),
  )
}

/** Who else than approved proposals has a class of the prefix in force at one of the devices: their agents refuse ours. */
export const otherOwner = (prefix: string, inForce: readonly ClassInForce[]): string | undefined =>
  inForce.find((one) => one.prefix === prefix && one.owner !== steeringOwner)?.owner

/**
 * What to ask of the agents so that each prefix enters over the link `to`: the driving class on every other link, and the
 * end of the one of an earlier proposal on `to`. A move to a link that is not among `links` needs nothing.
 */
export function classesFor(
  moves: readonly { readonly prefix: string; readonly to: string }[],
  links: readonly ClassPlace[],
  inForce: readonly ClassInForce[],
): readonly ProposedClass[] {
  return moves.flatMap(({ prefix, to }) => {
    if (!links.some(({ link }) => link === to)) return []
    return links.flatMap((place): ProposedClass[] => {
      const at = { prefix, device: place.device, interface: place.interface, link: place.link }
      if (place.link !== to) return place.isDown === true ? [] : [{ ...at, class: drivingClass }]
      const isOurs = inForce.some((one) => one.owner === steeringOwner && one.prefix === prefix && isAt(place, one))
      return isOurs ? [{ ...at, class: null }] : []
    })
  })
}
