/** The page that the controller serves. In a checkout it is built from its sources when it is needed, a package has it. @module */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const home = resolve(import.meta.dirname, '../../console')

export const consolePage = {
  /** Of what is built, with index.html in it. */
  folder: resolve(home, 'dist'),
  hasSources: existsSync(resolve(home, 'vite.config.ts')),
} as const
