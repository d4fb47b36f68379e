/**
 * The page that the controller serves. A checkout builds it from sources when needed; a package contains it.
 * @module
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const home = resolve(import.meta.dirname, '../../console')

export const consolePage = {
  /** Folder of the built page, with index.html. */
  folder: resolve(home, 'dist'),
  hasSources: existsSync(resolve(home, 'vite.config.ts')),
} as const
