/** Aliases of a YAML text (`*name`, YAML 1.2 §7.1) that cannot be made into a value; the parser lets them pass. @module */
import { type Document, isAlias, type Node, visit } from 'yaml'

export interface AliasMistake {
  /** Where the alias begins in the text. */
  readonly at: number
  readonly problem: string
}

/** The first alias that repeats nothing, or what it stands in. */
export function aliasMistake(document: Document): AliasMistake | undefined {
  const anchored = new Map<string, Node>()
  let found: AliasMistake | undefined
  visit(document, {
    Node(_key, node, path) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchored.set(node.anchor, node)
        return undefined
      }
      const target = anchored.get(node.source)
      const [at] = node.range!
      if (target === undefined) {
        found = { at, problem: `*${node.source} repeats nothing: no &${node.source} stands before it` }
      } else if (path.includes(target)) {
        found = { at, problem: `*${node.source} must not stand inside the &${node.source} that it repeats` }
      }
      return found === undefined ? undefined : visit.BREAK
    },
  })
  return found
}
