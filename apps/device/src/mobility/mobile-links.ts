/** The links on which hosts attach, as they come, go and change their addresses. @module */
import { readInterfaces, textOf as addressText } from '@vagus/asa'
import { watchAddresses } from '@vagus/transport'
import { textOf } from '../rounds.ts'
import { type MobileLink, type MobileLinkListener, openMobileLink } from './mobile-link.ts'

/** Milliseconds between looks, where the kernel tells nothing. */
const lookMs = 1000

export class MobileLinks {
  readonly #names: readonly string[]
  readonly #onDatagram: MobileLinkListener['onDatagram']
  readonly #report: (line: string) => void
  readonly #links = new Map<string, MobileLink>()
  readonly #opening = new Set<string>()
  readonly #problems = new Map<string, string>()
  readonly #timer: NodeJS.Timeout
  readonly #unwatch: (() => void) | undefined
  #isClosed = false

  constructor(names: readonly string[], onDatagram: MobileLinkListener['onDatagram'], report: (line: string) => void) {
    this.#names = names
    this.#onDatagram = onDatagram
    this.#report = report
    this.#timer = setInterval(() => this.#look(), lookMs).unref()
    this.#unwatch = watchAddresses(() => this.#look())
    this.#look()
  }

  /** Names of those on which hosts are listened to now. */
  get open(): readonly string[] {
    return [...this.#links.keys()]
  }

  nameOf(index: number): string {
    return [...this.#links.values()].find((one) => one.index === index)?.name ?? String(index)
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#unwatch?.()
    for (const link of this.#links.values()) link.close()
    this.#links.clear()
  }

  #look(): void {
    if (this.#isClosed) return
    const found = readInterfaces(this.#names)
    for (const link of this.#links.values()) {
      const same = found.get(link.name)
      if (same?.index !== link.index || addressText(same.address) !== link.address) this.#drop(link)
    }
    for (const { name, index, address } of found.values()) {
      if (!this.#links.has(name)) void this.#takeUp({ name, index, address: addressText(address) })
    }
  }

  async #takeUp(found: Pick<MobileLink, 'name' | 'index' | 'address'>): Promise<void> {
    const { name } = found
    if (this.#opening.has(name)) return
    this.#opening.add(name)
    try {
      const link = await openMobileLink(found, {
        onDatagram: this.#onDatagram,
        onFailure: (failed, problem) => {
          this.#drop(failed)
          this.#failing(name, problem)
        },
      })
      if (this.#isClosed) return link.close()
      this.#links.set(name, link)
      this.#failing(name, undefined)
    } catch (error) {
      // An address that is still checked for duplicates cannot be used yet: with the next look it can.
      this.#failing(name, textOf(error))
    } finally {
      this.#opening.delete(name)
    }
  }

  #drop(link: MobileLink): void {
    if (this.#links.get(link.name) !== link) return
    this.#links.delete(link.name)
    link.close()
  }

  #failing(name: string, problem: string | undefined): void {
    if (this.#problems.get(name) === problem) return
    if (problem === undefined) this.#problems.delete(name)
    else this.#problems.set(name, problem)
    if (problem !== undefined && !/EADDRNOTAVAIL/.test(problem)) this.#report(`addresses: ${name}: ${problem}`)
  }
}
