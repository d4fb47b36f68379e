/** The commits of AI agents in a file, written before the router is asked for anything: an agent that died goes on from there. @module */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Actor } from '@vagus/api/southbound'
import { type Commits, noCommits } from '@vagus/southbound'
import { textOf } from '../rounds.ts'

const version = 1

interface Written {
  readonly version: number
  readonly commits: Commits<Actor>
}

export class CommitStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** None where there is no file. @throws {Error} where it cannot be read, or was not written by this program */
  read(): Commits<Actor> {
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noCommits
      throw error
    }
    try {
      const { version: found, commits } = JSON.parse(text) as Written
      if (found !== version) throw new Error(`version ${String(found)}; must be ${version}`)
      return commits
    } catch (cause) {
      throw new Error(`${this.#path} has no commits: ${textOf(cause)}`, { cause })
    }
  }

  /** Whole or not at all, also when power fails. It holds the configuration before a commit, with its credentials. */
  write(commits: Commits<Actor>): void {
    const file = openSync(`${this.#path}.new`, 'w', 0o600)
    try {
      writeFileSync(file, JSON.stringify({ version, commits } satisfies Written))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(`${this.#path}.new`, this.#path)
  }
}

/** Beside the control socket. */
export const commitFile = (control: string): string => `${control.replace(/\.sock$/, '')}-commits.json`
