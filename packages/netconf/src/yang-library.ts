/** Which modules a server has, by its YANG library (RFC 8525, RFC 7895). @module */
import { libraryNamespace } from './namespaces.ts'
import { element, leaf } from './xml/build.ts'
import type { XmlElement } from './xml/element.ts'

const inLibrary = (name: string, children: readonly XmlElement[]): XmlElement =>
  element(libraryNamespace, name, children)
const wanted = [leaf(libraryNamespace, 'name', ''), leaf(libraryNamespace, 'namespace', '')]

/** The filter of a `get` for names and namespaces alone. A server ignores what it has not (RFC 6241 §6.2.5). */
export const libraryFilter: readonly XmlElement[] = [
  inLibrary('yang-library', [
    inLibrary('module-set', [inLibrary('module', wanted), inLibrary('import-only-module', wanted)]),
  ]),
  inLibrary('modules-state', [inLibrary('module', wanted)]),
]

/**
 * The namespace of each module, by its name, in the data of such a `get`. Those that are only imported count, too: values
 * name their identities.
 */
export function libraryModules(data: XmlElement): ReadonlyMap<string, string> {
  const modules = new Map<string, string>()
  const lists = data.children
    .filter(({ namespace }) => namespace === libraryNamespace)
    .flatMap((top) => (top.name === 'yang-library' ? top.children.filter(({ name }) => name === 'module-set') : [top]))
  for (const list of ['module', 'import-only-module'])
    for (const module of lists.flatMap(({ children }) => children.filter(({ name }) => name === list))) {
      const name = textOf(module, 'name')
      const namespace = textOf(module, 'namespace')
      if (name !== '' && namespace !== '' && !modules.has(name)) modules.set(name, namespace)
    }
  return modules
}

const textOf = ({ children }: XmlElement, name: string): string =>
  children.find((child) => child.name === name && child.namespace === libraryNamespace)?.text.trim() ?? ''
