/** The changes of a new configuration, and those of them that need a restart. @module */
import type { Config } from '@vagus/api'

export interface ConfigChanges {
  /** Top-level keys that differ, `flow.…`, `store.…` and some of `join` one level deeper. */
  readonly changed: readonly string[]
  /** Those of them that need a restart: sockets and the state's folder are opened once, and others are told who we are. */
  readonly restart: readonly string[]
}

const needsRestart: ReadonlySet<string> = new Set([
  'domain',
  'agent',
  'as',
  'bgp',
  'camara',
  'fleet',
  'listen',
  'hosts',
  'home',
  'flow.listen',
  'flow.receiveBuffer',
  'grasp',
  'join',
  'lines',
  'operators',
  'plain',
  'tls',
  'store.raw',
  'store.minute',
  'store.fiveMinutes',
  'store.hour',
  'store.maxOctets',
  'unusual',
])

export function changesOf(before: Config, after: Config): ConfigChanges {
  const changed = [...flat(before)].filter(([key, text]) => flat(after).get(key) !== text).map(([key]) => key)
  return { changed, restart: changed.filter((key) => needsRestart.has(key)) }
}

/** The configuration in use from now on: `next`, except for keys that need a restart. */
export function inUseAfter(started: Config, next: Config): Config {
  const {
    domain,
    as,
    agent,
    bgp,
    camara,
    fleet,
    listen,
    hosts,
    home,
    grasp,
    lines,
    store,
    flow,
    unusual,
    operators,
    plain,
    tls,
  } = started
  const flowInUse = { ...next.flow, listen: flow.listen, receiveBuffer: flow.receiveBuffer }
  return {
    ...next,
    domain,
    as,
    agent,
    bgp,
    camara,
    fleet,
    listen,
    hosts,
    home,
    grasp,
    lines,
    unusual,
    operators,
    plain,
    tls,
    store,
    flow: flowInUse,
    join: started.join && next.join && { ...started.join, accept: next.join.accept, api: next.join.api },
  }
}

/** Every key with its value as text; absent and undefined are the same. */
function flat(config: Config): ReadonlyMap<string, string> {
  const { flow, store, join, agent, as, camara, fleet, intents, lines, substrate, home, ...others } = config
  const { operators, plain, tls, ...rest } = others
  const { accept, api, ...registrar } = join ?? {}
  const entries: [string, unknown][] = [
    ...Object.entries({ agent, as, camara, fleet, intents, lines, substrate, home, operators, plain, tls, ...rest }),
    ...Object.entries(flow).map(([key, value]): [string, unknown] => [`flow.${key}`, value]),
    ...Object.entries({ join: registrar, 'join.accept': accept, 'join.api': api }),
    ...Object.entries(store).map(([key, value]): [string, unknown] => [`store.${key}`, value]),
  ]
  return new Map(entries.map(([key, value]) => [key, JSON.stringify(value) ?? '']))
}
