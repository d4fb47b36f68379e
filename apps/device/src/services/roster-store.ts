/**
 * The newest roster that was believed, in a file: after a restart an older one counts no more, and members keep their
 * service while the controller is away.
 * @module
 */
import { besideControl, StateFile } from '../state-file.ts'

export class RosterStore {
  readonly #file: StateFile<{ readonly roster: string }>

  /** @param control path of the agent's control socket */
  constructor(control: string) {
    this.#file = new StateFile({ path: besideControl(control, 'services-roster.json'), what: 'roster', version: 1 })
  }

  /** A signed roster, perhaps of another owner or expired. @throws {Error} where it was not written by this program */
  read(): string | undefined {
    return this.#file.read(({ roster }) => roster)
  }

  /** @throws {Error} where the disk does not take it */
  write(roster: string): void {
    this.#file.write({ roster })
  }
}
