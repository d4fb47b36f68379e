/** The changes of a new configuration, and those of them that need a restart. @module */
import type { Config } from '@vagus/api'

export interface ConfigChanges {
  /** Top-level keys that differ, `flow.…`, `store.…` and some of `join` one level deeper. */
  readonly changed: readonly string[]
  /** Those of them that need a restart: sockets and the state's folder are opened once, and others are told who we are. */
  readonly restart: readonly string[]
}

/** Keys that stay as they were at the start. */
const whole = [
  'domain',
  'agent',
  'as',
  'bgp',
  'camara',
  'fleet',
  'listen',
  'hosts',
  'home',
  'grasp',
  'lines',
  'operators',
  'plain',
  'tls',
  'unusual',
] as const satisfies readonly (keyof Config)[]

const needsRestart: ReadonlySet<string> = new Set([
  ...whole,
  'flow.listen',
  'flow.receiveBuffer',
  'join',
  'store.raw',
  'store.minute',
  'store.fiveMinutes',
  'store.hour',
  'store.maxOctets',
])

export function changesOf(before: Config, after: Config): ConfigChanges {
  const [was, is] = [flat(before), flat(after)]
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter(
    (key) => (was.get(key) ?? '') !== (is.get(key) ?? ''),
  )
  return { changed, restart: changed.filter((key) => needsRestart.has(key)) }
}

/** The configuration in use from now on: `next`, except for keys that need a restart. */
export function inUseAfter(started: Config, next: Config): Config {
  const { flow, join, store } = started
  const kept = Object.fromEntries(whole.map((key) => [key, started[key]])) as Pick<Config, (typeof whole)[number]>
  return {
    ...next,
    ...kept,
    store,
    flow: { ...next.flow, listen: flow.listen, receiveBuffer: flow.receiveBuffer },
    join: join && next.join && { ...join, accept: next.join.accept, api: next.join.api },
  }
}

/** Every key with its value as text; that of what is undefined is empty. */
function flat(config: Config): ReadonlyMap<string, string> {
  const { flow, store, join, ...others } = config
  const { accept, api, ...registrar } = join ?? {}
  const entries: [string, unknown][] = [
    ...Object.entries(others),
    ...Object.entries(flow).map(([key, value]): [string, unknown] => [`flow.${key}`, value]),
    ...Object.entries({ join: registrar, 'join.accept': accept, 'join.api': api }),
    ...Object.entries(store).map(([key, value]): [string, unknown] => [`store.${key}`, value]),
  ]
  return new Map(entries.map(([key, value]) => [key, JSON.stringify(value) ?? '']))
}
