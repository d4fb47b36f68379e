/** What a server can do, by the URIs of its hello (RFC 6241 §8, RFC 7950 §5.6.4). @module */

/** By name; a version that can more counts as those that it contains. */
const registry = {
  'base:1.0': 'RFC 6241 §8.1',
  'base:1.1': 'RFC 6241 §8.1, chunks RFC 6242 §4.2',
  'writable-running:1.0': 'RFC 6241 §8.2',
  'candidate:1.0': 'RFC 6241 §8.3',
  'confirmed-commit:1.1': 'RFC 6241 §8.4',
  'rollback-on-error:1.0': 'RFC 6241 §8.5',
  'validate:1.0': 'RFC 4741 §8.6',
  'validate:1.1': 'RFC 6241 §8.6',
  'startup:1.0': 'RFC 6241 §8.7',
  'xpath:1.0': 'RFC 6241 §8.9',
  'with-defaults:1.0': 'RFC 6243 §4',
  'yang-library:1.0': 'RFC 7950 §5.6.4',
  'yang-library:1.1': 'RFC 8526 §2',
} as const
type CapabilityName = keyof typeof registry

export interface NetconfCapabilities {
  /** As the server sent them. */
  readonly all: readonly string[]
  /** base:1.1 of both sides: chunks after the hellos. */
  readonly chunked: boolean
  readonly candidate: boolean
  /** confirmed-commit:1.1: with `persist`, so that it outlives its session. */
  readonly confirmedCommit: boolean
  readonly writableRunning: boolean
  readonly rollbackOnError: boolean
  readonly startup: boolean
  readonly validate: boolean
  readonly xpath: boolean
  readonly hasYangLibrary: boolean
  /** The namespace of each module, by its name. */
  readonly modules: ReadonlyMap<string, string>
}

export const ourCapabilities: readonly string[] = [
  'urn:ietf:params:netconf:base:1.0',
  'urn:ietf:params:netconf:base:1.1',
]

/** Both forms: Junos has always sent the second one, too. */
const forms = [
  /^urn:ietf:params:netconf:(?:capability:)?([a-z-]+:\d+\.\d+)(?:\?.*)?$/,
  /^urn:ietf:params:xml:ns:netconf:(?:capability:)?([a-z-]+:\d+\.\d+)(?:\?.*)?$/,
]

/** What `all` says. URIs that are unknown are only in `all`. */
export function capabilitiesOf(all: readonly string[]): NetconfCapabilities {
  const names = new Set(all.flatMap((uri) => forms.flatMap((form) => form.exec(uri)?.[1] ?? [])))
  const has = (...some: readonly CapabilityName[]): boolean => some.some((name) => names.has(name))
  const modules = modulesOf(all)
  return {
    all,
    chunked: has('base:1.1'),
    candidate: has('candidate:1.0'),
    confirmedCommit: has('confirmed-commit:1.1'),
    writableRunning: has('writable-running:1.0'),
    rollbackOnError: has('rollback-on-error:1.0'),
    startup: has('startup:1.0'),
    validate: has('validate:1.0', 'validate:1.1'),
    xpath: has('xpath:1.0'),
    hasYangLibrary: has('yang-library:1.0', 'yang-library:1.1') || modules.has('ietf-yang-library'),
    modules,
  }
}

/** Whether both sides have a version of NETCONF in common (RFC 6241 §8.1). */
export const hasBase = (all: readonly string[]): boolean =>
  all.some((uri) => forms.some((form) => form.exec(uri)?.[1]?.startsWith('base:1.') === true))

/** With modules that the hello does not list: those of YANG 1.1 are only in the library (RFC 7950 §5.6.4). */
export function withModules(
  capabilities: NetconfCapabilities,
  modules: ReadonlyMap<string, string>,
): NetconfCapabilities {
  return { ...capabilities, modules: new Map([...modules, ...capabilities.modules]) }
}

function modulesOf(all: readonly string[]): ReadonlyMap<string, string> {
  const modules = new Map<string, string>()
  for (const uri of all) {
    const query = uri.indexOf('?')
    const name = query === -1 ? undefined : /(?:^|[&;])module=([A-Za-z_][\w.-]*)/.exec(uri.slice(query + 1))?.[1]
    if (name !== undefined && query > 0) modules.set(name, uri.slice(0, query))
  }
  return modules
}
