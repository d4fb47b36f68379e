/** Fresh keys made ahead of time, while nothing else is to do, so that a handshake need not wait for them. @module */
import type { DhKey, KemKey } from '@vagus/channel'
import { newDhKey, newKemKey } from './channel-crypto.ts'

/** Of each kind; some 2 KiB together. */
const defaultSize = 64

class Pool<Key> {
  readonly #make: () => Key
  readonly #keys: Key[] = []
  readonly #size: number
  #filling = false

  constructor(make: () => Key, size: number) {
    this.#make = make
    this.#size = size
  }

  take(): Key {
    if (!this.#filling && this.#keys.length < this.#size / 2) {
      this.#filling = true
      setImmediate(this.#fill)
    }
    return this.#keys.pop() ?? this.#make()
  }

  /** One key a turn: whatever waits in between goes first. */
  readonly #fill = (): void => {
    this.#keys.push(this.#make())
    this.#filling = this.#keys.length < this.#size
    if (this.#filling) setImmediate(this.#fill)
  }
}

export class KeyPool {
  readonly #dh: Pool<DhKey>
  readonly #kem: Pool<KemKey>

  constructor(size = defaultSize) {
    this.#dh = new Pool(newDhKey, size)
    this.#kem = new Pool(newKemKey, size)
  }

  /** A key that nobody else gets. */
  dhKey(): DhKey {
    return this.#dh.take()
  }

  kemKey(): KemKey {
    return this.#kem.take()
  }
}
