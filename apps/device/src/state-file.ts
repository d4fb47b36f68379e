/**
 * What an agent must not forget over a restart, as JSON in a file beside its control socket. It is whole or not there, also
 * when power fails, and for its user alone: configurations have credentials.
 * @module
 */
import { readFileSync } from 'node:fs'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { textOf } from './rounds.ts'

export interface StateFileOptions {
  readonly path: string
  /** What it has, for people, such as `commits`. */
  readonly what: string
  /** Of its form: what has another one is refused. */
  readonly version: number
}

export class StateFile<Content extends object> {
  readonly #options: StateFileOptions

  constructor(options: StateFileOptions) {
    this.#options = options
  }

  /**
   * What `valueOf` makes of the content; `undefined` where there is no file.
   * @throws {Error} where it cannot be read, or was not written by `write`
   */
  read<Value>(valueOf: (content: Content) => Value): Value | undefined {
    const { path, what, version } = this.#options
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    try {
      const { version: found, ...content } = JSON.parse(text) as Content & { readonly version: unknown }
      if (found !== version) throw new Error(`version ${String(found)}; must be ${version}`)
      return valueOf(content as Content)
    } catch (cause) {
      throw new Error(`${path} has no ${what}: ${textOf(cause)}`, { cause })
    }
  }

  /** On the disk when it returns. @throws {KeyringError} */
  write(content: Content): void {
    const { path, version } = this.#options
    writeFileWhole(path, JSON.stringify({ version, ...content }), 0o600)
  }
}

/** Path of a file or folder of the agent whose control socket that is. @param name such as `commits.json` */
export const besideControl = (control: string, name: string): string => `${control.replace(/\.sock$/, '')}-${name}`
