/** Fresh keys made in advance while the process is idle, so that a handshake need not wait for them. @module */
import type { DhKey, KemKey } from '@vagus/channel'
import { newDhKey, newKemKey } from './key-agreement.ts'

/** Number of keys of each kind; a pair takes about 2 KiB. */
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

  /** Makes one key per turn, so that waiting work goes first. */
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

  /** A key handed out only once. */
  dhKey(): DhKey {
    return this.#dh.take()
  }

  kemKey(): KemKey {
    return this.#kem.take()
  }
}
