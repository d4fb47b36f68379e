/** Over which links traffic of a prefix enters, by the last step of steering. Pure. @module */
import { overlap } from '@vagus/intent'
import type { BorderWatch } from '../steering/border-watch.ts'
import type { Entry } from './assurance.ts'

/** Part of a prefix's traffic that counts: less is told late, or on its way after a move. */
const leastShare = 0.1

/** Of the prefix, of what is within and of what contains it; the heaviest first. */
export function entriesOf(
  prefix: string,
  watches: readonly { readonly reading: Pick<NonNullable<BorderWatch['reading']>, 'links' | 'prefixes'> | undefined }[],
): readonly Entry[] {
  return watches
    .flatMap(({ reading }) =>
      (reading?.prefixes ?? [])
        .filter((one) => overlap(one.prefix, prefix))
        .flatMap((one) => {
          const sum = one.rates.reduce((all, rate) => all + rate, 0)
          return one.rates.flatMap((rate, at) => {
            const link = reading?.links[at]?.name
            return link === undefined || rate <= leastShare * sum ? [] : [{ prefix: one.prefix, link, rate }]
          })
        }),
    )
    .sort((one, other) => other.rate - one.rate)
}

/** The same, made anew only after a step: it is asked for every second, for each pin. */
export function entriesAfterSteps(
  watches: () => Parameters<typeof entriesOf>[1],
): (prefix: string) => readonly Entry[] {
  const known = new Map<string, readonly Entry[]>()
  let of: readonly unknown[] = []
  return (prefix) => {
    const all = watches()
    const readings = all.map(({ reading }) => reading)
    if (readings.length !== of.length || readings.some((one, at) => one !== of[at])) {
      known.clear()
      of = readings
    }
    const found = known.get(prefix) ?? entriesOf(prefix, all)
    known.set(prefix, found)
    return found
  }
}
