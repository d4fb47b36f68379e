/** The commits of AI agents in a file, written before the router is asked for anything: an agent that died goes on from there. @module */
import type { Actor } from '@vagus/api/southbound'
import { type Commits, noCommits } from '@vagus/southbound'
import { besideControl, StateFile } from '../state-file.ts'

export class CommitStore {
  readonly #file: StateFile<{ readonly commits: Commits<Actor> }>

  /** @param control path of the agent's control socket */
  constructor(control: string) {
    this.#file = new StateFile({ path: besideControl(control, 'commits.json'), what: 'commits', version: 1 })
  }

  /** None where there is no file. @throws {Error} where it cannot be read, or was not written by this program */
  read(): Commits<Actor> {
    return this.#file.read(({ commits }) => commits) ?? noCommits
  }

  /** It holds the configuration before a commit, with its credentials. @throws {Error} where the disk does not take it */
  write(commits: Commits<Actor>): void {
    this.#file.write({ commits })
  }
}
