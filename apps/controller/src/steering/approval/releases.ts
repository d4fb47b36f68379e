/** Releases what approvals had. @module */
import { type ReleaseParts as Parts, Releases } from '../../negotiation/releases.ts'
import type { LeaseBook, OwedRelease } from './lease-book.ts'
import type { MedAsker, MedPlace } from './med-asker.ts'

export interface ReleaseParts extends Pick<Parts<MedPlace>, 'now'> {
  readonly asker: () => MedAsker | undefined
  readonly book: LeaseBook
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

export type MedReleases = Releases<MedPlace, OwedRelease>

export const medReleases = ({ asker, book, report, now }: ReleaseParts): MedReleases =>
  new Releases({
    owed: () => book.owed,
    forget({ place }) {
      const problem = book.note({ owed: book.owed.filter((one) => one.place.plan !== place.plan) })
      if (problem !== undefined) report(`a release could not be written down: ${problem}`)
    },
    release() {
      const asking = asker()
      return asking && ((place) => asking.release(place))
    },
    nameOf: ({ prefix, link, device }) => `${prefix} on ${link} at ${device}`,
    now,
  })
