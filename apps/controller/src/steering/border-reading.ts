/** What the engine is told of a border, and what it cannot be told. @module */
import type { PrefixReading } from '@vagus/steering'
import type { ConfiguredBorder } from './borders.ts'
import type { BorderLinkReading } from './link-readings.ts'
import type { PrefixRates } from './prefix-rates.ts'
import { type ClassInForce, type ClassPlace, otherOwner, steeredTo } from './steering-classes.ts'

export const placesOf = ({ links }: ConfiguredBorder, readings: readonly BorderLinkReading[]): readonly ClassPlace[] =>
  links.map(({ name, end }, at) => {
    const isDown = readings[at]?.isDown === true
    return { link: name, device: end.device.name, interface: end.interface, ...(isDown && { isDown }) }
  })

/**
 * Of all prefixes, steered ones first, then the heaviest: the engine sets their sum against the load of each link. `rates`
 * by number of the place; those of other borders' prefixes may be among them, with zeros.
 */
export function prefixReadings(
  places: readonly ClassPlace[],
  rates: PrefixRates,
  inForce: readonly ClassInForce[],
): readonly PrefixReading[] {
  const none = places.map(() => 0)
  const prefixes = new Set([...rates.keys(), ...inForce.map(({ prefix }) => prefix)])
  const found = [...prefixes].map((prefix) => {
    const own = rates.get(prefix) ?? none
    const to = steeredTo(prefix, places, inForce)
    const heldBy = otherOwner(prefix, inForce)
    return {
      sum: own.reduce((sum, rate) => sum + rate, 0),
      reading: {
        prefix,
        rates: own,
        ...(to !== undefined && { steeredTo: to }),
        ...(heldBy !== undefined && { heldBy }),
      },
    }
  })
  return found
    .filter(({ sum, reading }) => sum > 0 || 'steeredTo' in reading)
    .sort(
      (one, other) => Number('steeredTo' in other.reading) - Number('steeredTo' in one.reading) || other.sum - one.sum,
    )
    .map(({ reading }) => reading)
}

/** Why nothing can be proposed from this; null when something can. */
export function problemOf(
  { links }: ConfiguredBorder,
  readings: readonly BorderLinkReading[],
  /** Why nothing is known of prefixes. */
  unread: string | null,
  /** Whether flows of the device at this address arrive. */
  exports: (address: string) => boolean,
): string | null {
  const dark = links.flatMap((link, at) =>
    readings[at]!.load === null ? [{ ...link, isDown: readings[at]!.isDown }] : [],
  )
  const silent = new Set(links.filter(({ end }) => !exports(end.address)).map(({ end }) => end.device.name))
  const problems = [
    ...dark.map(({ name, isDown, end: { device, interface: port } }) =>
      isDown === true
        ? `${name} is down: ${device.name} ${port}`
        : `the load of ${name} is not known: no counters of ${device.name} ${port} arrive`,
    ),
    ...(unread === null ? [] : [`which prefixes enter is not known: ${unread}`]),
    ...(unread === null
      ? [...silent].map((device) => `which prefixes enter is not known: ${device} exports no flows`)
      : []),
  ]
  return problems.length === 0 ? null : problems.join('; ')
}
