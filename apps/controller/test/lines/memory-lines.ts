/** What a disk would keep of lines, for tests of what comes after a restart. */
import type { LineMinute } from '@vagus/api/lines'
import { StoreError } from '@vagus/store'
import type { KeptLine, LineKeeper } from '../../src/lines/line-book.ts'

export class MemoryLines implements LineKeeper {
  /** As JSON. */
  readonly kept = new Map<string, string>()
  readonly minutes = new Map<string, LineMinute[]>()
  isFull = false
  #last = 0

  load(): readonly KeptLine[] {
    return [...this.kept.values()].map((text) => JSON.parse(text) as KeptLine)
  }

  keep(line: KeptLine): void {
    this.#refuse()
    this.kept.set(line.id, JSON.stringify(line))
  }

  forget(id: string): void {
    this.kept.delete(id)
  }

  nextId(): string {
    this.#refuse()
    return `line-${++this.#last}`
  }

  minutesOf(id: string): readonly LineMinute[] {
    return this.minutes.get(id) ?? []
  }

  keepMinute(id: string, minute: LineMinute): void {
    this.minutes.set(id, [...this.minutesOf(id), minute])
  }

  #refuse(): void {
    if (this.isFull) throw new StoreError('disk-full', 'the disk is full')
  }
}
