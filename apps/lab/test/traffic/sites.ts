/** The sites that these tests plan for. */
import type { PlanInput, PlanSite } from '../../src/traffic/plan.ts'

const access = { office: 40, factory: 40, 'dc-east': 80, 'dc-west': 80, field: 20, transit: 100 }

export const sites: readonly PlanSite[] = Object.entries(access).map(([name, megabits], index) => ({
  name,
  v4Prefix: `10.${index + 1}.0.0/16`,
  v6Prefix: `2001:db8:${index + 1}::/48`,
  accessBitsPerSecond: megabits * 1_000_000,
}))

export const links: NonNullable<PlanInput['links']> = [
  { a: 'transit', z: 'pe-1', bitsPerSecond: 50_000_000 },
  { a: 'pe-4', z: 'transit', bitsPerSecond: 20_000_000 },
  { a: 'pe-1', z: 'p-1', bitsPerSecond: 1 },
]

export const input: PlanInput = { sites, links, seed: 1, matrix: 'gravity' }
