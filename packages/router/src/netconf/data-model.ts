/** What is known of a router's YANG data without its models: the namespaces of modules, and the keys of some lists. @module */
import { listPlace, type Step } from '@vagus/southbound'
import { RouterError } from '../errors.ts'

export class DataModel {
  /** Namespaces by the name of the module. */
  readonly #modules: ReadonlyMap<string, string>
  readonly #names: ReadonlyMap<string, string>
  readonly #lists: ReadonlyMap<string, readonly string[]>

  /**
   * @param modules namespaces by name, as the router tells them
   * @param lists names of keys by `listPlace`
   */
  constructor(modules: ReadonlyMap<string, string>, lists: ReadonlyMap<string, readonly string[]>) {
    this.#modules = modules
    this.#names = new Map([...modules].map(([name, namespace]) => [namespace, name]))
    this.#lists = lists
  }

  /** The name of a namespace's module, or the namespace in braces. */
  moduleOf(namespace: string): string {
    return this.#names.get(namespace) ?? `{${namespace}}`
  }

  /** @throws {RouterError} `refused`, where the router has no such module */
  namespaceOf(module: string): string {
    const namespace = module.startsWith('{') ? module.slice(1, -1) : this.#modules.get(module)
    if (namespace !== undefined) {
      // One name for each node: patterns, and what is never changed, go by names.
      const name = this.moduleOf(namespace)
      if (name === module) return namespace
      throw new RouterError('refused', `the YANG module "${module}" is "${name}" at this router; write that`)
    }
    throw new RouterError('refused', `the router has no YANG module "${module}"; it has ${fewOf(this.#modules.keys())}`)
  }

  /** Undefined where it is none. */
  knownNamespace(module: string): string | undefined {
    return this.#modules.get(module)
  }

  /** Names of the keys of the list, `.` of a leaf-list; undefined: nobody said that it is one. */
  keysOf(steps: readonly Step[]): readonly string[] | undefined {
    return this.#lists.get(listPlace(steps))
  }
}

/** Names in a sentence. */
const maxNamed = 8

function fewOf(names: Iterable<string>): string {
  const all = [...names]
  const more = all.length > maxNamed ? ` and ${all.length - maxNamed} more` : ''
  return all.length === 0 ? 'none' : `${all.slice(0, maxNamed).join(', ')}${more}`
}
