/** Networks of tests. */
import type { Attachment, CoreLink, LineNetwork } from '../src/index.ts'

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
/** 2026-01-01. */
export const epoch = 1_767_225_600_000

export const linkBetween = (a: string, z: string, options: Partial<CoreLink> = {}): CoreLink => ({
  name: `${a}-${z}`,
  a: { node: a, interface: `to-${z}` },
  z: { node: z, interface: `to-${a}` },
  bitsPerSecond: 100e6,
  delayMs: 1,
  isUp: true,
  ...options,
})

export const attachmentAt = (site: string, node: string, bitsPerSecond = 1e9): Attachment => ({
  site,
  node,
  interface: `to-${site}`,
  bitsPerSecond,
  prefixes: [`10.${site.charCodeAt(0)}.0.0/16`],
})

export function networkOf(
  links: readonly CoreLink[],
  attachments: readonly Attachment[],
  options: Partial<LineNetwork> = {},
): LineNetwork {
  const names = [...new Set(links.flatMap(({ a, z }) => [a.node, z.node]))].sort()
  const nodes = names.map((name, at) => ({ name, number: at + 1 }))
  return { nodes, links, attachments, block: 'fd00:c::/32', share: 0.9, ...options }
}

/** Two ways from east to west: over R2, and over R3, which is longer. */
export const diamond = (options: Partial<LineNetwork> = {}): LineNetwork =>
  networkOf(
    [
      linkBetween('R1', 'R2'),
      linkBetween('R2', 'R4'),
      linkBetween('R1', 'R3', { delayMs: 2 }),
      linkBetween('R3', 'R4', { delayMs: 2 }),
    ],
    [attachmentAt('east', 'R1'), attachmentAt('west', 'R4')],
    options,
  )
