/** Routes of one table of a speaker, for `vagus bgp rib`, `adj-in` and `adj-out`. @module */
import type { BgpRoutes } from '@vagus/api'
import type { Call } from '../command.ts'
import { type Canvas, view } from '../controller-options.ts'
import type { ExitCode } from '../exit-code.ts'
import { countOf, countText } from '../format.ts'
import type { Options, ValuesOf } from '../option.ts'
import { type Cell, table } from '../table.ts'
import {
  deviceWords,
  familyOf,
  mistakenOf,
  pathCells,
  pathColumns,
  type routesOptions,
  whereAgentIs,
  whoseNames,
  widePathColumns,
} from './bgp-options.ts'

type RoutesCall = Omit<Call<Options>, 'values'> & { readonly values: ValuesOf<typeof routesOptions> }

export function viewRoutes(call: RoutesCall, tableName: string, prefix: string | undefined): Promise<ExitCode> {
  const { device, ipv6, match, limit, after } = call.values
  return view<BgpRoutes>(call, {
    ask: (client) =>
      client
        .get<BgpRoutes>('BgpRoutes', '/v1/bgp/routes', {
          table: tableName,
          family: familyOf(prefix, { ipv6 }),
          device,
          limit,
          after,
          ...(prefix === undefined ? {} : { prefix, match }),
        })
        .catch(mistakenOf(prefix, whoseNames, whereAgentIs)),
    show: bgpRoutesText,
    next: ({ next, total }) => {
      // Other families of a peer, such as BGP-LS, are in no table of routes.
      if (total === 0)
        return `the other family: ${ipv6 ? 'without -6' : '-6'} · all families of a peer: vagus bgp peers -o wide${deviceWords(device)}`
      return next === null ? `vagus bgp diff BEFORE AFTER${deviceWords(device)}` : `the rest: --after ${next}`
    },
  })
}

/** One line per path; the first shows the prefix. */
export function bgpRoutesText(routes: BgpRoutes, canvas: Canvas): string {
  if (routes.items.length === 0) {
    return routes.total === 0
      ? `${routes.table} has no routes of ${routes.family}`
      : `no such route among the ${countText(routes.total)}`
  }
  const isRib = routes.items.some(({ peer }) => peer !== null)
  const rows = routes.items.flatMap(({ prefix, peer, paths }) =>
    paths.map((path, index): Cell[] => [
      index === 0 ? prefix : '',
      ...(isRib ? [peer ?? ''] : []),
      ...pathCells(path, canvas),
    ]),
  )
  const columns = [
    { head: 'PREFIX', align: 'left' } as const,
    ...(isRib ? [{ head: 'PEER', align: 'left', shrink: 8 } as const] : []),
    ...pathColumns,
    ...(canvas.detail === 'wide' ? widePathColumns : []),
  ]
  const shown = table(columns, rows, canvas.columns, canvas.paint.strong)
  const count = `${countText(routes.items.length)} of ${countOf(routes.total, 'prefix', 'prefixes')}`
  return `${shown}\n${canvas.paint.faint(count)}`
}
