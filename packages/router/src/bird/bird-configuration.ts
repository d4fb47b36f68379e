/**
 * Constants of BIRD in one file that its configuration includes, for AI agents to set: BIRD has no configuration but files.
 * An unconfirmed change goes back by BIRD itself, too (`configure timeout`).
 * @module
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { type Edit, placeOf } from '@vagus/southbound'
import { RouterError } from '../errors.ts'
import type { RouterConfiguration } from '../router.ts'
import type { ControlSocket } from './control-socket.ts'

/** Seconds for which BIRD waits longer than whoever applies a change. */
const grace = 5

export class BirdConfiguration implements RouterConfiguration {
  readonly #control: ControlSocket
  readonly #file: string

  constructor(control: ControlSocket, file: string) {
    this.#control = control
    this.#file = file
  }

  async text(): Promise<string> {
    return (await this.#read()) ?? ''
  }

  async apply(edits: readonly Edit[], confirmWithin: number): Promise<void> {
    const before = await this.#read()
    await this.#write(editedText(before ?? '', edits, 'all must be there'))
    try {
      await this.#control.ask('configure check')
      await this.#control.ask(`configure timeout ${Math.ceil(confirmWithin) + grace}`)
    } catch (error) {
      await this.#write(before)
      throw error
    }
    const unknown = await this.#unknownOf(edits)
    if (unknown === undefined) return
    await this.#control.ask('configure undo')
    await this.#write(before)
    const words = `BIRD does not know ${unknown}: its configuration must include "${this.#file}"`
    throw new RouterError('unsupported', words)
  }

  async keep(): Promise<void> {
    await this.#control.ask('configure confirm')
  }

  async takeBack(edits: readonly Edit[]): Promise<readonly string[]> {
    const before = await this.#read()
    if (edits.length > 0) await this.#write(editedText(before ?? '', edits, 'what is there'))
    try {
      await this.#control.ask('configure check')
      await this.#control.ask('configure')
      return []
    } catch (error) {
      if (!(error instanceof RouterError) || error.code !== 'refused') throw error
      await this.#write(before)
      return [error.message]
    }
  }

  /** A constant that was set, and that BIRD has not read. */
  async #unknownOf(edits: readonly Edit[]): Promise<string | undefined> {
    for (const { line } of edits) {
      const name = /^define (\w+)/.exec(line)?.[1]
      if (name === undefined) continue
      // A name without a meaning is a symbol, too, once it was asked for.
      const known = await this.#control.ask(`show symbols ${name}`).catch(ifUnknown)
      if (!known.some(({ text }) => text.startsWith(name) && !/\b(?:undefined|unknown)\b/.test(text))) return name
    }
    return undefined
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new RouterError('unreachable', `${this.#file}: ${(error as Error).message}`, { cause: error })
    }
  }

  /** Whole or not at all; `undefined` removes it. */
  async #write(text: string | undefined): Promise<void> {
    try {
      if (text === undefined) return await rm(this.#file, { force: true })
      await writeFile(`${this.#file}.new`, text)
      await rename(`${this.#file}.new`, this.#file)
    } catch (cause) {
      throw new RouterError('unreachable', `${this.#file} cannot be written: ${(cause as Error).message}`, { cause })
    }
  }
}

/** @throws {RouterError} `refused` where a constant that is to go is not there, unless what is there is enough */
function editedText(text: string, edits: readonly Edit[], wanted: 'all must be there' | 'what is there'): string {
  let lines = text.split('\n').slice(0, text.endsWith('\n') || text === '' ? -1 : undefined)
  for (const { line } of edits) {
    const at = lines.findIndex((one) => placeOf(one.trim()) === placeOf(line))
    if (!line.startsWith('no ')) lines = at < 0 ? [...lines, line] : lines.with(at, line)
    else if (at >= 0) lines = lines.toSpliced(at, 1)
    else if (wanted === 'all must be there')
      throw new RouterError('refused', `there is no constant "${line.replace(/^no define (\w+).*/, '$1')}" to remove`)
  }
  return lines.map((line) => `${line}\n`).join('')
}

function ifUnknown(error: unknown): [] {
  if (error instanceof RouterError && error.code === 'refused') return []
  throw error
}
