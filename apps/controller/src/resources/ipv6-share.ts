/** IPv4 and IPv6 over time, and the trend of the share. @module */
import { type Ipv6Point, ipv6ShareOf, type Ipv6Share as Share } from '@vagus/analytics'
import { apiVersion, type Ipv6Share } from '@vagus/api'
import { maxLiveSeconds } from '../collector/live-query.ts'
import { knownOf, knownWindow, liveOrStored, recordLagOf, stepsEnd, type View } from '../domain/view.ts'
import { domainCoverage, storedCoverage } from './coverage.ts'
import { windowText } from './windows.ts'

/** Steps of an answer from the store, at most, of a width that people know: a week has its hours. */
const maxSteps = 168
const widths = [10, 30, 60, 300, 900, 3600, 21_600, 86_400].map((seconds) => seconds * 1000)

interface Points {
  readonly window: { readonly from: number; readonly to: number }
  /** Milliseconds. */
  readonly step: number
  readonly points: readonly Ipv6Point[]
  readonly share: Share
  readonly coverage: number | null
}

type Asked = Pick<
  View,
  'now' | 'since' | 'report' | 'collector' | 'store' | 'config' | 'directory' | 'measurements' | 'coverageHistory'
>

/** `window` in milliseconds. */
export async function ipv6ShareResource(view: Asked, window: number): Promise<Ipv6Share> {
  const seconds = Math.min(window / 1000, maxLiveSeconds)
  const [live, loads] = await Promise.all([
    view.collector.ask({ kind: 'ipv6', seconds }),
    view.collector.ask({ kind: 'loads', seconds }),
  ])
  const stored = async (): Promise<Points> => storedPoints(view, window)
  const livePoints = (): Points => ({
    window: live.window,
    step: live.points.length === 0 ? 0 : (live.window.to - live.window.from) / live.points.length,
    points: live.points,
    share: ipv6ShareOf(live.points),
    coverage: domainCoverage(view, loads),
  })
  const found =
    window <= maxLiveSeconds * 1000 ? await liveOrStored(view, window, livePoints(), stored) : await stored()
  return {
    apiVersion,
    kind: 'Ipv6Share',
    window: windowText(found.window),
    stepSeconds: found.step / 1000,
    ipv4: found.points.map(({ ipv4 }) => ipv4),
    ipv6: found.points.map(({ ipv6 }) => ipv6),
    ...found.share,
    blind: [...live.blind],
    coverage: found.coverage,
  }
}

async function storedPoints(view: Asked, window: number): Promise<Points> {
  const known = knownWindow(view, window)
  const step = widths.find((width) => (known.to - known.from) / width <= maxSteps) ?? widths.at(-1)!
  const from = Math.floor(known.from / step) * step
  const to = stepsEnd(view.now(), step, recordLagOf(view))
  if (to <= from) return { window: { from, to: from }, step, points: [], share: ipv6ShareOf([]), coverage: null }
  const answer = await view.store.series({ from, to, step, by: 'version' })
  const octets = (version: number, index: number): number =>
    answer.lines.find(({ key }) => key === version)?.octets[index] ?? 0
  const count = Math.round((answer.to - answer.from) / answer.step)
  const pointsPer = (lengthOf: (begin: number) => number): Ipv6Point[] =>
    Array.from({ length: count }, (_, index) => {
      const at = answer.from + index * answer.step
      const rate = (version: number): number => (octets(version, index) * 8000) / lengthOf(at)
      return { at, ipv4: rate(4), ipv6: rate(6) }
    })
  const knownTo = Math.min(answer.to, view.now() - recordLagOf(view))
  return {
    // the step that runs ends in the future
    window: { from: answer.from, to: knownTo },
    step: answer.step,
    points: pointsPer((begin) => Math.max(1000, knownOf(view, begin, answer.step))),
    share: ipv6ShareOf(pointsPer(() => answer.step)), // a step of which half is known counts half
    coverage: await storedCoverage(view, answer.from, knownTo),
  }
}
