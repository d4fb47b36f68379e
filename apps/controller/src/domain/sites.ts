/** Sites as figures show them. @module */
import type { Config } from '@vagus/api'

type ConfiguredSite = Config['sites'][number]
type ShownSite = ConfiguredSite & { readonly kind: Exclude<ConfiguredSite['kind'], 'infrastructure'> }

/**
 * All but our own infrastructure: what its routers say to each other and to their neighbours is no traffic between
 * sites, and without a place of its own it would be that of the neighbour who has the default route.
 */
export const shownSites = ({ sites }: Pick<Config, 'sites'>): readonly ShownSite[] =>
  sites.filter((site): site is ShownSite => site.kind !== 'infrastructure')
