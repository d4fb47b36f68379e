/**
 * Streams that their exporter no longer uses: one that is started again sends from another port, and the old one would
 * stand in every list as if it had fallen silent.
 * @module
 */
import type { ExporterState } from '@vagus/flow'

type Stream = Pick<ExporterState, 'address' | 'protocol' | 'domain' | 'firstAt' | 'lastAt'>

/**
 * `streams` without those that another replaced: of the same address, protocol and observation domain, begun after the
 * last datagram of the old one, which has been quiet for `quietAfter` milliseconds. Each new stream replaces one old one
 * at most, so that of four that stop where three begin again, one stays to be seen.
 */
export function withoutReplaced<S extends Stream>(streams: readonly S[], quietAfter: number, now: number): S[] {
  const replaced = new Set<S>()
  for (const group of Map.groupBy(
    streams,
    ({ address, protocol, domain }) => `${address} ${protocol} ${domain}`,
  ).values())
    for (const stream of replacedOf(group, quietAfter, now)) replaced.add(stream)
  return streams.filter((stream) => !replaced.has(stream))
}

/** Old ones from the last that stopped: whatever began after it began after all that stopped before. */
function replacedOf<S extends Stream>(group: readonly S[], quietAfter: number, now: number): S[] {
  const quiet = group.filter(({ lastAt }) => now - lastAt >= quietAfter).toSorted((a, b) => b.lastAt - a.lastAt)
  const begun = group.toSorted((a, b) => b.firstAt - a.firstAt)
  const replaced: S[] = []
  for (const old of quiet) {
    const next = begun[replaced.length]
    if (next !== undefined && next.firstAt > old.lastAt) replaced.push(old)
  }
  return replaced
}
