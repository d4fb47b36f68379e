/** The text of a file that an argument names; `-` is standard input. @module */
import { readFileSync } from 'node:fs'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

/** @param fix what would be right @throws {Failure} usage */
export function readInput(file: string, fix: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Failure(exitCode.usage, `${file} cannot be read: ${code}`, fix, error)
  }
}
