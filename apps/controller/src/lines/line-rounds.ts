/** What is due for each line as time passes: set-ups, ends, moves, second paths; and how its routers do. @module */
import { controller } from '@vagus/api/actor'
import { type LineNetwork, nodesOf } from '@vagus/line'
import type { LineOrderers } from './agents/line-orderers.ts'
import { overBecause } from './line-asking.ts'
import { type KeptLine, protectingPath, usedPath } from './line-book.ts'
import { stuckEvent } from './line-events.ts'
import type { LifeParts, LineLife } from './line-life.ts'
import type { LineRoom } from './line-room.ts'
import type { ProtectionTrouble } from './line-protection.ts'
import { LineTroubles } from './line-troubles.ts'
import type { LineTurns } from './line-turns.ts'
import { LineWatch } from './line-watch.ts'
import type { PartAsker } from './part-asker.ts'
import { ProtectionWatch } from './protection-watch.ts'

export interface RoundsParts extends Pick<LifeParts, 'book' | 'tell' | 'report' | 'now'> {
  readonly asker: () => PartAsker | undefined
  readonly network: () => LineNetwork
  readonly orderers: LineOrderers
  readonly room: LineRoom
  readonly life: LineLife
  readonly turns: LineTurns
}

/** A booked line is set up so long before its start, milliseconds. */
export const lead = 5000
/** After a start, agents may need so long to connect again, milliseconds: until then a set-up that was cut short waits. */
const returnMs = 30_000

export class LineRounds {
  readonly #parts: RoundsParts
  readonly #watch = new LineWatch()
  readonly #protection = new ProtectionWatch()
  readonly #troubles = new LineTroubles()
  readonly #startedAt: number

  constructor(parts: RoundsParts) {
    this.#parts = parts
    this.#startedAt = parts.now()
  }

  /** Begins what is due. */
  step(): void {
    const { book, network, room, turns } = this.#parts
    const ids = new Set(this.#there.map(({ id }) => id))
    this.#watch.keepOnly(ids)
    this.#protection.keepOnly(ids)
    const now = network()
    const full = room.full(now)
    for (const line of book.open) if (!turns.isBusy(line.id)) this.#due(line, now, full.get(line.id))
  }

  /** Asks routers how lines do. */
  async look(): Promise<void> {
    await Promise.all(this.#there.map((line) => this.#look(line)))
  }

  /** The minute that has begun. */
  current(id: string): ReturnType<LineWatch['current']> {
    return this.#watch.current(id)
  }

  /** Whether its packets ride on a path of it; null: nobody has said yet. */
  steered(line: KeptLine): boolean | null {
    const steered = this.#watch.steered(line.id)
    // Its ends have gone to the second path by themselves.
    return steered === false && this.#protection.answers(line) === true ? true : steered
  }

  /** Whoever is interested in how it goes looks at the line. */
  begin(id: string, work: () => Promise<unknown>): void {
    this.#parts.turns.occupied(id, work()).catch((error: unknown) => {
      this.#parts.report(`${id}: ${String(error)}`)
    })
  }

  get #there(): readonly KeptLine[] {
    return this.#parts.book.open.filter((line) => usedPath(line) !== undefined)
  }

  /** `full`: the link that has no room for it any more. */
  #due(line: KeptLine, network: LineNetwork, full: string | undefined): void {
    const { id, state, wish } = line
    const now = this.#parts.now()
    const over = overBecause(line, now)
    if (over !== undefined) return this.begin(id, () => this.#parts.life.end(id, over, undefined))
    const barred = this.#parts.orderers.barred(line)
    if (barred !== undefined) return this.begin(id, () => this.#parts.life.end(id, barred, controller))
    const areBack = nodesOf(line.path).every((node) =>
      network.nodes.some((one) => one.name === node && one.problem === undefined),
    )
    const isPatient = !areBack && Math.abs(now - this.#startedAt) < returnMs
    const isTime = (state === 'setting-up' && !isPatient) || (state === 'booked' && wish.start - lead <= now)
    if (isTime) return this.begin(id, () => this.#parts.life.setUp(id))
    const used = usedPath(line)
    if (state !== 'active' || used === undefined) return
    const around = { network, troubles: this.#troubles, full, now }
    const second = this.#protection.trouble(line, around)
    const isFull = full !== undefined && used.path.hops.some(({ link }) => link === full)
    const trouble =
      this.#troubles.of(used, network, now) ??
      (isFull
        ? { because: `${full} carries less than its lines need`, type: 'network' }
        : this.#watch.trouble(id, used.number, now))
    if (trouble === undefined) {
      if (this.#troubles.isCleared(id))
        this.#parts.book.note({ ...line, because: 'all its routers hold it, as before' })
      return this.#protect(line, second, now)
    }
    if (!this.#troubles.due(id, trouble.because, now)) return
    const links = used.path.hops.map(({ link }) => link)
    this.begin(id, async () => {
      // Where probes are lost nobody says on which link.
      const avoid = trouble.type === 'silent' || trouble.type === 'short' ? links : []
      const protection = second === undefined ? 'trusted' : 'in trouble'
      const moved = await this.#parts.life.move(id, trouble.because, { avoid, protection })
      if (moved.type === 'moved' || !this.#troubles.isNews(id, trouble.because)) return
      this.#parts.tell(stuckEvent(this.#parts.book.find(id)!, trouble.because, moved.problem))
      this.#parts.book.note({
        ...this.#parts.book.find(id)!,
        because: `it stays, though ${trouble.because}: ${moved.problem}`,
      })
    })
  }

  /** A second path is laid where one is wanted and missing, and given up where it is of no use. @param trouble of it */
  #protect(line: KeptLine, trouble: ProtectionTrouble | undefined, now: number): void {
    const { id, wish } = line
    const { protection } = this.#parts.life
    const isThere = protectingPath(line) !== undefined
    const isLost = line.unprotected !== undefined
    if (wish.protect !== true) {
      if (isThere || line.protection !== undefined || isLost) this.begin(id, () => protection.drop(id))
    } else if (trouble !== undefined) {
      if (trouble.type !== 'silent' || !isLost || this.#protection.isTime(line, now))
        this.begin(id, () => protection.giveUp(id, trouble))
    } else if (!isThere) {
      if (this.#protection.isTime(line, now))
        this.begin(id, async () => this.#protection.tried(id, await protection.lay(id)))
    } else if (isLost && this.#protection.answers(line) === true) protection.regain(id)
  }

  async #look(line: KeptLine): Promise<void> {
    const { asker, now } = this.#parts
    const [asking, used] = [asker(), usedPath(line)]
    if (asking === undefined || used === undefined) return
    const [minute] = await Promise.all([
      this.#watch.step(line.id, used, asking, now),
      this.#protection.step(line, asking, now),
    ])
    if (minute === undefined) return
    try {
      this.#parts.book.keeper.keepMinute(line.id, minute)
    } catch (error) {
      this.#parts.report(`a minute of ${line.id} could not be written down: ${String(error)}`)
    }
  }
}
