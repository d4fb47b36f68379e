/**
 * From a packet that arrived to the frames in it: which path it belongs to, whether it is authentic and new, and what that
 * says of its path and its route.
 * @module
 */
import { type Core, radioOf } from './core.ts'
import { wholeNumber } from './packet.ts'
import type { Path } from './path.ts'
import { Rebinding } from './rebinding.ts'
import type { Route } from './route.ts'

export interface Arrived {
  readonly path: Path
  readonly frames: Uint8Array
}

export class Arrivals {
  readonly #core: Core
  #isConfirmed = false

  constructor(core: Core) {
    this.#core = core
  }

  /** Changes the header of `packet` in place. `undefined`: not for this session, not authentic, or a duplicate. */
  take(route: Route, packet: Uint8Array, now: number): Arrived | undefined {
    const { ids, opener, paths } = this.#core
    const local = ids.find(packet)
    if (local === undefined) return undefined
    const known = paths.get(local.path)
    const number = wholeNumber(opener.unmask(packet), (known?.acks.largest ?? -1) + 1)
    const isRepeated = known?.acks.isRepeated(number) === true
    if (isRepeated && known.rebinding === undefined) return undefined
    const frames = opener.open(packet, local.path, number, now)
    if (frames === undefined) return undefined
    if (isRepeated) {
      // Authentic, but later than its own copy: the old route is alive.
      if (route === known.route) known.rebinding = undefined
      return undefined
    }
    const path = known ?? paths.accept(local.path, route, now)
    if (path === undefined) return undefined
    this.#note(path, route, packet.length, number, local.sequence, now)
    return { path, frames }
  }

  #note(path: Path, route: Route, octets: number, number: number, sequence: number, now: number): void {
    const isNewest = number > path.acks.largest
    path.acks.record(number, now)
    path.packetsReceived++
    path.heardAt = now
    radioOf(this.#core, route)?.received(octets, now)
    const gap = this.#core.hearing.heard(now)
    if (gap !== undefined) this.#core.emit({ type: 'gap', milliseconds: gap })
    if (!this.#isConfirmed) this.#confirm(path, route)
    if (sequence > path.localSequence) this.#core.paths.followSequence(path, sequence)
    if (route === path.route) {
      path.validation.received(octets, now)
      if (isNewest) path.rebinding = undefined
      return
    }
    if (path.rebinding?.route !== route && isNewest) {
      path.rebinding = new Rebinding(route, now)
      path.mustProbe = true
    }
    if (path.rebinding?.route === route) path.rebinding.validation.received(octets, now)
  }

  /** The first packet proves that the handshake was not replayed and that its address is not forged. */
  #confirm(path: Path, route: Route): void {
    this.#isConfirmed = true
    if (route === path.route) path.validation.prove()
    this.#core.ids.listen(0, 1)
    this.#core.paths.listenForNext()
    this.#core.emit({ type: 'confirmed' })
  }
}
