/**
 * Sources as JavaScript: Node strips the types of a checkout by itself, but of nothing below `node_modules`. Each line stays
 * what and where it was, so that a stack trace names the line of the source.
 * @module
 */
import { stripTypeScriptTypes } from 'node:module'

/** Where an import of one of our own packages leads; `undefined`: it stays as it is. */
export type OwnImports = (specifier: string) => string | undefined

const asIs: OwnImports = () => undefined

/** @param ownImports by default they stay, because the other package is installed beside this one */
export function emitSource(source: string, ownImports: OwnImports = asIs): string {
  return renamed(stripTypeScriptTypes(source), ownImports)
}

/** Of a declaration that TypeScript wrote: it leaves the names of files as the source has them. */
export const emitDeclaration = (declaration: string): string => renamed(declaration, asIs)

/** A text of only such characters that ends with `.ts` is a file's name: of an import, a worker, another process. */
const fileName = /(['"])([\w./-]+)\.ts\1/g
const ownPackage = /(['"])(@vagus\/[\w./-]+)\1/g

function renamed(text: string, ownImports: OwnImports): string {
  return text.replace(fileName, '$1$2.js$1').replace(ownPackage, (whole, quote: string, name: string) => {
    const to = ownImports(name)
    return to === undefined ? whole : `${quote}${to}${quote}`
  })
}
