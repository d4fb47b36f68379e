/** IPv4 and IPv6 over time, and the trend of the share. @module */
import { type Ipv6Point, ipv6ShareOf, type Ipv6Share as Share } from '@vagus/analytics'
import { apiVersion, type Ipv6Share } from '@vagus/api'
import { maxLiveSeconds } from '../collector/live-query.ts'
import { liveOrStored } from '../domain/view.ts'
import { domainCoverage } from './coverage.ts'
import { ratesOf, type SeriesView, storedSeries } from './stored-series.ts'
import { windowText } from './windows.ts'

interface Points {
  readonly window: { readonly from: number; readonly to: number }
  /** Milliseconds. */
  readonly step: number
  readonly points: readonly Ipv6Point[]
  readonly share: Share
  readonly coverage: number | null
}

/** `window` in milliseconds. */
export async function ipv6ShareResource(view: SeriesView, window: number): Promise<Ipv6Share> {
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

async function storedPoints(view: SeriesView, milliseconds: number): Promise<Points> {
  const { window, step, lines, known, coverage } = await storedSeries(
    view,
    { milliseconds, to: undefined },
    { by: 'version' },
  )
  const points = (lengths: readonly (number | null)[]): Ipv6Point[] => {
    const ratesOfVersion = (version: number): readonly (number | null)[] =>
      ratesOf(lines.find(({ key }) => key === version)?.octets ?? [], lengths)
    const [ipv4, ipv6] = [ratesOfVersion(4), ratesOfVersion(6)]
    return lengths.map((_, index) => ({
      at: window.from + index * step,
      ipv4: ipv4[index] ?? 0,
      ipv6: ipv6[index] ?? 0,
    }))
  }
  return {
    window,
    step,
    points: points(known),
    share: ipv6ShareOf(points(known.map(() => step))), // a step of which half is known counts half
    coverage,
  }
}
