/** Sites as figures show them. @module */
import type { Config } from '@vagus/api'

type ConfiguredSite = Config['sites'][number]
type ShownSite = ConfiguredSite & { readonly kind: Exclude<ConfiguredSite['kind'], 'infrastructure'> }

/**
 * All but our own infrastructure: what its routers say to each other and to their neighbours is no traffic between
 * sites, but if it were no site, it would be counted for the neighbour with the default route.
 */
export const shownSites = ({ sites }: Pick<Config, 'sites'>): readonly ShownSite[] =>
  sites.filter((site): site is ShownSite => site.kind !== 'infrastructure')
