/**
 * Makes episodes of findings: what begins within three steps or two minutes, and is of one place or of one size, has one
 * cause. Two things that each come once in many days do not come together by chance.
 * @module
 */
import {
  type Episode,
  type Finding,
  isOpen,
  isRate,
  seriesKinds,
  type SeriesKind,
  type SeriesSubject,
  sizeOf,
} from './episode.ts'
import type { Deviation, Ending, Outcome } from './series-watch.ts'

/** Findings within so many steps, or milliseconds, are of one episode: traffic takes its time to go another way. */
const together = { steps: 3, least: 120_000 } as const
/** Rates that differ by no more than this factor may be the same traffic. */
const alike = 2
/** An episode is told again when it grew by so much since, and not sooner than so many steps after it was told. */
const growth = { factor: 1.5, steps: 5 } as const
/** Episodes at once. Findings beyond join the newest: then nothing is usual, and one message says so. */
export const maxOpen = 32
/** That are over and still known. */
export const maxEnded = 128
/** Findings that one names. */
const maxFindings = 32

export interface BookState {
  /** The oldest first. */
  readonly episodes: readonly Episode[]
  readonly lastId: number
}

export interface Told {
  readonly what: 'began' | 'grew' | 'ended'
  readonly episode: Episode
}

interface Sizes {
  size: number
  at: number
}

export class EpisodeBook {
  #episodes: Episode[]
  #lastId: number
  /** As they were told. */
  readonly #told = new Map<number, Sizes>()

  constructor(state: BookState = { episodes: [], lastId: 0 }) {
    this.#episodes = [...state.episodes]
    this.#lastId = state.lastId
  }

  get state(): BookState {
    return { episodes: [...this.#episodes], lastId: this.#lastId }
  }

  /** The oldest first. */
  get all(): readonly Episode[] {
    return this.#episodes
  }

  /** Nothing is known of what was open: the series are judged anew. */
  abandon(at: number): readonly Told[] {
    return this.#episodes.filter(isOpen).map((episode) => this.#end(episode, 'lost', at))
  }

  /** @param at when the step that just ended began. @param subjectOf of a series that was read in this step or before */
  step(
    outcomes: ReadonlyMap<string, Outcome>,
    subjectOf: (key: string) => SeriesSubject | undefined,
    at: number,
    stepMs: number,
  ): readonly Told[] {
    const touched = new Map<number, Told['what']>()
    for (const [key, outcome] of outcomes) {
      if (outcome.state === 'goes on') this.#goOn(key, outcome)
      else if (outcome.state === 'ends') this.#endFinding(key, outcome.because, at + stepMs)
    }
    const begun = [...outcomes].flatMap(([key, outcome]): readonly Finding[] => {
      const subject = subjectOf(key)
      if (outcome.state !== 'begins' || subject === undefined) return []
      const { way, form, value, expected, ago, sure } = outcome
      const since = at - ago * stepMs
      const { kind, name, places } = subject
      return [
        { kind, name, places, key, way, form, value, expected, peak: value, sure, since, ended: null, because: null },
      ]
    })
    // Causes first, so that what follows from one finds it.
    for (const finding of begun.toSorted(byCause)) {
      const episode = this.#join(finding, at, stepMs)
      if (!touched.has(episode.id)) touched.set(episode.id, episode.told === at + stepMs ? 'began' : 'grew')
    }
    const told: Told[] = []
    for (const episode of [...this.#episodes].filter(isOpen)) {
      if (episode.findings.every(({ ended }) => ended !== null)) {
        told.push(this.#end(episode, episode.because ?? 'as before', at + stepMs))
        continue
      }
      const size = sizeOf(episode.findings[0]!)
      const before = this.#told.get(episode.id)
      if (touched.get(episode.id) === 'began') {
        this.#told.set(episode.id, { size, at })
        told.push({ what: 'began', episode })
      } else if (before === undefined) this.#told.set(episode.id, { size, at })
      else if (size >= before.size * growth.factor && at - before.at >= growth.steps * stepMs) {
        this.#told.set(episode.id, { size, at })
        told.push({ what: 'grew', episode })
      }
    }
    return told
  }

  /** What accounts for it was found. */
  explain(id: number, explained: Episode['explained']): Episode | undefined {
    const episode = this.#episodes.find((one) => one.id === id)
    if (episode === undefined) return undefined
    const after = { ...episode, explained }
    this.#replace(episode, after)
    return after
  }

  #goOn(key: string, { value }: Deviation): void {
    this.#change(key, (finding) => {
      const isFarther = Math.abs(value - finding.expected) > sizeOf(finding)
      return { ...finding, value, peak: isFarther ? value : finding.peak }
    })
  }

  #endFinding(key: string, because: Ending, at: number): void {
    this.#change(key, (finding) => ({ ...finding, ended: at, because }))
  }

  /** Of the open finding of a series. */
  #change(key: string, change: (finding: Finding) => Finding): void {
    const isIt = (finding: Finding): boolean => finding.key === key && finding.ended === null
    const episode = this.#episodes.find((one) => isOpen(one) && one.findings.some(isIt))
    if (episode === undefined) return
    let because = episode.because
    const findings = episode.findings.map((finding) => {
      if (!isIt(finding)) return finding
      const after = change(finding)
      because = after.because ?? because
      return after
    })
    this.#replace(episode, { ...episode, findings, because })
  }

  #join(finding: Finding, at: number, stepMs: number): Episode {
    const open = this.#episodes.filter(isOpen)
    const own =
      open.findLast(({ findings }) => findings.some(({ key }) => key === finding.key)) ??
      open.findLast(
        (one) =>
          at + stepMs - one.told <= Math.max(together.steps * stepMs, together.least) &&
          one.findings.some((other) => belong(other, finding)),
      ) ??
      (open.length >= maxOpen ? open.at(-1) : undefined)
    if (own === undefined) {
      const { since } = finding
      const id = ++this.#lastId
      const begun = {
        id,
        since,
        told: at + stepMs,
        ended: null,
        because: null,
        findings: [finding],
        more: 0,
        explained: [],
      }
      this.#episodes.push(begun)
      return begun
    }
    const others = own.findings.filter(({ key }) => key !== finding.key)
    const isFull = others.length >= maxFindings
    const findings = isFull ? others : [...others, finding].toSorted(byCause)
    const after = {
      ...own,
      since: Math.min(own.since, finding.since),
      findings,
      more: own.more + (isFull ? 1 : 0),
    }
    this.#replace(own, after)
    return after
  }

  #end(episode: Episode, because: Ending, at: number): Told {
    const findings = episode.findings.map((one) => (one.ended === null ? { ...one, ended: at, because } : one))
    const after = { ...episode, findings, ended: at, because }
    this.#replace(episode, after)
    this.#told.delete(episode.id)
    const over = this.#episodes.filter((one) => !isOpen(one))
    const gone = new Set(over.slice(0, Math.max(0, over.length - maxEnded)))
    if (gone.size > 0) this.#episodes = this.#episodes.filter((one) => !gone.has(one))
    return { what: 'ended', episode: after }
  }

  #replace(one: Episode, other: Episode): void {
    this.#episodes[this.#episodes.indexOf(one)] = other
  }
}

const rank = (kind: SeriesKind): number => seriesKinds.indexOf(kind)

const byCause = (one: Finding, other: Finding): number =>
  rank(one.kind) - rank(other.kind) || sizeOf(other) - sizeOf(one)

/** Whether two findings may have one cause. Series of all traffic are of every place. */
function belong(one: Finding, other: Finding): boolean {
  if (one.places.length === 0 || other.places.length === 0) return true
  if (one.places.some((place) => other.places.includes(place))) return true
  if (!isRate(one) || !isRate(other)) return false
  const [less, more] = [sizeOf(one), sizeOf(other)].toSorted((a, b) => a - b)
  return more! <= alike * less!
}
