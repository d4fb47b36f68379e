/** The first of each list, then the second of each, and so on. @module */

export function inTurn<Each>(lists: readonly (readonly Each[])[]): readonly Each[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat()
}
