/**
 * The version of the tree, as the root manifest says it.
 * @module
 */
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
export const version: string = manifest.version
