/** Lets a vehicle drive through cells and dead spots, with everything that is done about that on its host. @module */
import { setTimeout as sleep } from 'node:timers/promises'
import type { IncidentTime } from '../evaluate.ts'
import { attachCommands, detachCommands, preferCommands, vehicleName } from '../network.ts'
import { type PlannedIncident, type Radio, radios } from '../schedule.ts'
import { endConnections } from './mqtt.ts'
import type { Place } from './place.ts'
import type { Vagus } from './vagus.ts'

/** Milliseconds for which the old cell still exists after a planned hand-over, and still seems to after a sudden one. */
const linger = { planned: 200, sudden: 1500 } as const
/** Milliseconds before a dead spot at which its map says so. */
const foresight = 500

export class Drive {
  readonly #place: Place
  readonly #number: number
  readonly #vagus: Vagus
  readonly #others: 'with MQTT' | 'alone'
  #radio: Radio = radios[0]

  constructor(place: Place, number: number, vagus: Vagus, others: 'with MQTT' | 'alone') {
    this.#place = place
    this.#number = number
    this.#vagus = vagus
    this.#others = others
  }

  /** Settles when it is over. */
  async meet({ kind, lasts }: PlannedIncident): Promise<IncidentTime> {
    const began = Date.now()
    if (kind === 'planned' || kind === 'sudden') await this.#changeCell(kind)
    else await this.#passDeadSpot(kind, lasts)
    return { vehicle: this.#name, kind, began, ended: Date.now() }
  }

  get #name(): string {
    return vehicleName(this.#number)
  }

  async #changeCell(how: 'planned' | 'sudden'): Promise<void> {
    const from = this.#radio
    const to = radios.find((one) => one !== from)!
    await this.#place.air(this.#number, to, 'alive')
    if (how === 'sudden') await Promise.all([this.#place.air(this.#number, from, 'dead'), this.#join(to)])
    else {
      await this.#join(to)
      await this.#vagus.move(this.#name, { from, to })
    }
    await this.#place.ip(this.#name, preferCommands(this.#number, to))
    this.#radio = to
    if (this.#others === 'with MQTT') await endConnections(this.#place, this.#number, from)
    await sleep(linger[how])
    await this.#place.ip(this.#name, detachCommands(from))
  }

  /** On the same radio, before and after. */
  async #passDeadSpot(kind: 'dead-spot' | 'announced-dead-spot', lasts: number): Promise<void> {
    const radio = this.#radio
    if (kind === 'announced-dead-spot') {
      void this.#vagus.move(this.#name, { to: radio, at: Date.now() + foresight, gap: lasts })
      await sleep(foresight)
    }
    await this.#place.air(this.#number, radio, 'dead')
    await sleep(lasts)
    await this.#place.air(this.#number, radio, 'alive')
  }

  #join(radio: Radio): Promise<void> {
    return this.#place.ip(this.#name, attachCommands(this.#number, radio))
  }
}
