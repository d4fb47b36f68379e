/** What was done at borders within the last day, in the control state. @module */
import type { Proposal } from '@vagus/api/steering'
import { type Action, ledgerOf, noted, respectMs } from '@vagus/steering'
import type { ControlStore } from '@vagus/store'

export interface AutonomyKeeper {
  /** What was kept; undefined without any. */
  load(): unknown
  /** @throws when the disk does not take it */
  keep(ledger: readonly Action[], now: number): void
}

const key = 'autonomy/ledger'

export const autonomyKeeper = (control: ControlStore): AutonomyKeeper => ({
  load: () => control.get(key)?.value,
  keep: (ledger, now) => control.put(key, ledger, now),
})

/** Written down with each change. */
export class KeptLedger {
  readonly #keeper: AutonomyKeeper
  readonly #report: (line: string) => void
  #actions: readonly Action[]

  constructor(keeper: AutonomyKeeper, report: (line: string) => void) {
    this.#keeper = keeper
    this.#report = report
    const kept = keeper.load()
    const actions = ledgerOf(kept)
    if (kept !== undefined && actions === undefined)
      report('autonomy: what was done within the last day cannot be read, and is forgotten')
    this.#actions = actions ?? []
  }

  get actions(): readonly Action[] {
    return this.#actions
  }

  /** The controller is about to ask for its leases. Whether that is written down; if not, it must not. */
  asks(proposal: Proposal, now: number): boolean {
    return this.#note('asked', proposal, now, now)
  }

  /** Approvals that ended, whoever made and whoever ended them: their prefixes were changed then. */
  ends(proposals: readonly Proposal[], now: number): void {
    for (const proposal of proposals) {
      const { approval, id } = proposal
      if (approval?.state !== 'ended' || approval.endedAt === null) continue
      const at = Date.parse(approval.endedAt)
      const what = approval.endedBy === 'operator' ? 'undone' : 'ended'
      const isKnown = this.#actions.some((one) => one.proposal === id && one.what === what && one.at >= at)
      if (!isKnown && now - at <= respectMs) this.#note(what, proposal, at, now)
    }
  }

  #note(what: Action['what'], { id, neighbour, moves }: Proposal, at: number, now: number): boolean {
    const prefixes = moves.map(({ prefix }) => prefix)
    this.#actions = noted(this.#actions, { what, at, border: neighbour, proposal: id, prefixes }, now)
    try {
      this.#keeper.keep(this.#actions, now)
      return true
    } catch (error) {
      this.#report(`autonomy: nothing is done while it cannot be written down: ${String(error)}`)
      return false
    }
  }
}
