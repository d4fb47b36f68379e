/** What a host tells a session about radios that sleep. @module */
import type { Core } from '../session/core.ts'
import type { SleepPlan } from './access-profile.ts'
import { Radio } from './radio.ts'

export class SessionSleep {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /**
   * The peer said how its radio sleeps, or that it does not (`undefined`): what is tolerant waits for its packets from now
   * on, and it keeps the paths alive.
   */
  ofPeer(plan: SleepPlan | undefined): void {
    this.#core.peerRadio = plan && new Radio({ plan, of: 'peer' })
  }

  /** From now on nothing waits for a radio: to be called before `close`; then `transmit` has what waited. */
  end(): 'something waits' | 'nothing waits' {
    this.#core.holds = 'nothing'
    return this.#core.paths.all.some(({ holding }) => holding?.isHolding) ? 'something waits' : 'nothing waits'
  }
}
