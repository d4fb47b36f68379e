/** What a neighbour AS was told, as its own routers (FRR) have it: no word of ours is believed here. @module */

/** `show bgp ipv4 unicast json`, as far as it is read. */
interface Table {
  readonly routes?: Readonly<
    Record<
      string,
      readonly {
        readonly pathFrom?: string
        readonly peerId?: string
        readonly metric?: number
        readonly path?: string
        readonly nexthops?: readonly { readonly ip?: string }[]
      }[]
    >
  >
}

/** `show bgp neighbors json`, as far as it is read. */
type Neighbours = Readonly<
  Record<string, { readonly remoteAs?: number; readonly messageStats?: { readonly updatesRecv?: number } }>
>

interface ToldRoute {
  readonly prefix: string
  /** Address of the session over which it came. */
  readonly from: string
  readonly med: number | null
  readonly path: string
  readonly nextHop: string
}

export interface Told {
  /** In an order that depends on nothing else. */
  readonly routes: readonly ToldRoute[]
  /** UPDATE messages received from us since the sessions came up (RFC 4271 §4.3). */
  readonly updates: number
}

/** What FRR prints at each of the neighbour's routers, by these commands in this order. */
export const toldCommands = [
  'show bgp ipv4 unicast json',
  'show bgp ipv6 unicast json',
  'show bgp neighbors json',
] as const

/** `answers`: of each router to `toldCommands`. `as`: ours. @throws {SyntaxError} on text that is no JSON */
export function toldIn(answers: readonly (readonly [v4: string, v6: string, neighbours: string])[], as: number): Told {
  const routes = answers
    .flatMap(([v4, v6]) => [v4, v6])
    .flatMap((text) => Object.entries((JSON.parse(text) as Table).routes ?? {}))
    .flatMap(([prefix, paths]) =>
      paths
        .filter(({ pathFrom, path = '' }) => pathFrom === 'external' && path.split(' ', 1)[0] === String(as))
        .map(({ peerId = '', metric, path = '', nexthops = [] }) => {
          return { prefix, from: peerId, med: metric ?? null, path, nextHop: nexthops[0]?.ip ?? '' }
        }),
    )
  const sessions = answers.flatMap(([, , text]) => Object.values(JSON.parse(text) as Neighbours))
  const updates = sessions
    .filter(({ remoteAs }) => remoteAs === as)
    .reduce((sum, { messageStats }) => sum + (messageStats?.updatesRecv ?? 0), 0)
  return { routes: routes.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)), updates }
}

const keyOf = ({ prefix, from }: ToldRoute): string => `${prefix} ${from}`

export const sameRoutes = (one: Told, other: Told): boolean =>
  JSON.stringify(one.routes) === JSON.stringify(other.routes)

/** Prefixes that `later` has and `earlier` has not. */
export function newPrefixes(earlier: Told, later: Told): readonly string[] {
  const known = new Set(earlier.routes.map(({ prefix }) => prefix))
  return [...new Set(later.routes.map(({ prefix }) => prefix))].filter((prefix) => !known.has(prefix))
}

/** `PREFIX SESSION` of routes that `later` has over a session where `earlier` had none of that prefix. */
export function newPlaces(earlier: Told, later: Told): readonly string[] {
  const known = new Set(earlier.routes.map(keyOf))
  return [...new Set(later.routes.map(keyOf))].filter((place) => !known.has(place))
}
