/** The folder of the state, created when it is missing. @module */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import type { LoadedConfig } from './load.ts'

/** @throws {ConfigError} when it cannot be made, read or written */
export function makeHome({ home, origins }: Pick<LoadedConfig, 'home' | 'origins'>): void {
  const path = resolve(home)
  try {
    makeFolder(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const problem = `must be a folder that you can write, which ${path} is not: ${code ?? message}`
    const source = origins.get('home') ?? 'defaults'
    throw new ConfigError([{ key: 'home', source, line: undefined, column: undefined, problem }])
  }
}

/** Step by step: mkdir with `recursive` never returns where the kernel says ENOENT to the last step, as in /proc. */
function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw new Error(`${path} is a file`)
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
