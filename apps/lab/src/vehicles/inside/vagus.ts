/** The dispatcher and the vehicles with Vagus, and what they say. @module */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Keyring } from '@vagus/keyring'
import type { Move } from '@vagus/agent'
import type { Arrived, Carrier, Given, Seen, StopArrived, StopGiven } from '../evaluate.ts'
import { dispatcher, numbers, vehicleName } from '../network.ts'
import type { DispatcherSays, VehicleSays } from '../says.ts'
import { numberOfOrder } from '../vda5050.ts'
import type { Messenger } from './messenger.ts'
import { neverEnds, type Place, type Program, tell } from './place.ts'

export class Vagus implements Messenger {
  readonly #dispatcher: Program
  readonly #vehicles: ReadonlyMap<string, Program>
  readonly #orders: Arrived[] = []
  readonly #stops = new Map<string, StopArrived>()
  /** By action: when the dispatcher had the vehicle's answer. */
  readonly #told = new Map<string, number>()
  readonly #seen: Seen[] = []
  /** Who waits for the end of a vehicle's announced move. */
  readonly #moving = new Map<string, () => void>()

  private constructor(dispatcher: Program, vehicles: ReadonlyMap<string, Program>) {
    this.#dispatcher = dispatcher
    this.#vehicles = vehicles
  }

  /** Settles when the dispatcher has a session with each vehicle. */
  static async start(place: Place, count: number): Promise<Vagus> {
    const keys = join(place.folder, 'agents')
    const names = numbers(count).map(vehicleName)
    const keyring = new Keyring(keys)
    for (const role of [dispatcher, ...names]) {
      const draft = { role, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }
      keyring.create(role, draft, Date.now())
    }
    const main = place.node(dispatcher, '../dispatcher/main.ts', [keys, ...names])
    const vehicles = new Map(names.map((name) => [name, place.node(name, '../vehicle/main.ts', [keys, name])]))
    const all = new Vagus(main, vehicles)
    // Sound: what our own programs print.
    const ready = [
      readyOf(main, (said) => all.#fromDispatcher(said as DispatcherSays)),
      ...[...vehicles].map(([name, vehicle]) =>
        readyOf(vehicle, (said) => all.#fromVehicle(name, said as VehicleSays)),
      ),
    ]
    await Promise.all(ready)
    return all
  }

  order({ vehicle, number }: Given): void {
    tell(this.#dispatcher, { type: 'order', vehicle, number })
  }

  stop({ vehicle, number, deadline }: StopGiven): void {
    tell(this.#dispatcher, { type: 'stop', vehicle, number, deadline })
  }

  /** Settles when the vehicle's sessions have moved. */
  move(vehicle: string, move: Move): Promise<void> {
    tell(this.#vehicles.get(vehicle)!, move)
    return new Promise((done) => this.#moving.set(vehicle, done))
  }

  get carried(): Carrier {
    const stops = [...this.#stops].map(([actionId, stop]) => ({ ...stop, told: this.#told.get(actionId) }))
    return { orders: this.#orders, stops, seen: this.#seen }
  }

  #fromVehicle(vehicle: string, said: VehicleSays): void {
    if (said.type === 'order') this.#orders.push({ vehicle, number: numberOfOrder(said), at: said.at })
    else if (said.type === 'moved') this.#moving.get(vehicle)?.()
    else if (said.type === 'stop') {
      const { actionId, at, how } = said
      this.#stops.set(actionId, { vehicle, number: numberOfAction(actionId), at, how, told: undefined })
    }
  }

  #fromDispatcher(said: DispatcherSays): void {
    if (said.type === 'sees') this.#seen.push(said)
    else if (said.type === 'answer') this.#told.set(said.actionId, Date.now())
  }
}

const numberOfAction = (actionId: string): number => Number(actionId.slice(actionId.lastIndexOf('-') + 1))

/** Settles when it says that it is ready. If it ends at any time, so does the scenario. */
function readyOf(program: Program, take: (said: unknown) => void): Promise<void> {
  neverEnds(program, 'an agent')
  program.stdin.on('error', () => {}) // it has ended
  return new Promise((done) => {
    createInterface({ input: program.stdout }).on('line', (line) => {
      const said: unknown = JSON.parse(line)
      if ((said as { readonly type: string }).type === 'ready') done()
      else take(said)
    })
  })
}
