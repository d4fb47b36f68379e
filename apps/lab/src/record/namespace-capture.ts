/** The capture of one namespace: its socket, its interfaces and its files. @module */
import { join } from 'node:path'
import { type CapturedFrame, type CaptureSocket, openCaptureSocket } from '@vagus/linux'
import { run } from '../inside/run.ts'
import { CaptureFiles } from './capture-files.ts'
import type { RecordedNamespace } from './layout.ts'
import { isMadeUp, keptOctets } from './made-up.ts'
import { type CaptureInterface, interfaceBlock, sectionBlock } from './pcapng.ts'

/** The kernel's, in every namespace: each frame on it is seen going out, and again coming in. */
const loopbackIndex = 1

export interface CaptureOptions {
  readonly folder: string
  /** Octets of all its files. */
  readonly limit: number
  /** Of traffic that is made up; empty: there is none. */
  readonly madeUpPorts: ReadonlySet<number>
  /** What each file says of its origin. */
  readonly origin: Parameters<typeof sectionBlock>[0]
}

export class NamespaceCapture {
  readonly name: string
  readonly #socket: CaptureSocket
  readonly #files: CaptureFiles
  /** Of traffic that is made up. */
  readonly #traffic: CaptureFiles | undefined
  /** Number of the interface block of each ifIndex. */
  readonly #numbers: Map<number, number>
  readonly #blocks: Buffer[]
  readonly #ignored: ReadonlySet<number>
  readonly #madeUpPorts: ReadonlySet<number>
  #dropped = 0

  private constructor(
    namespace: RecordedNamespace,
    known: readonly (CaptureInterface & { readonly index: number })[],
    { folder, limit, madeUpPorts, origin }: CaptureOptions,
  ) {
    const { name, netns, only } = namespace
    this.name = name
    const isWanted = (one: CaptureInterface): boolean => only === undefined || only.includes(one.name)
    const wanted = known.filter(isWanted)
    this.#ignored = new Set(known.filter((one) => !isWanted(one)).map(({ index }) => index))
    this.#numbers = new Map(wanted.map(({ index }, number) => [index, number]))
    this.#blocks = [sectionBlock(origin), ...wanted.map(interfaceBlock)]
    this.#madeUpPorts = madeUpPorts
    const isSplit = madeUpPorts.size > 0
    const filesOf = (series: string): CaptureFiles =>
      new CaptureFiles({ folder, name: series, limit: isSplit ? limit / 2 : limit }, () => this.#blocks)
    this.#files = filesOf(name)
    this.#traffic = isSplit ? filesOf(`${name}.traffic`) : undefined
    this.#socket = openCaptureSocket(netns === null ? '/proc/self/ns/net' : join('/run/netns', netns))
  }

  static async open(namespace: RecordedNamespace, options: CaptureOptions): Promise<NamespaceCapture> {
    const where = namespace.netns === null ? [] : ['-n', namespace.netns]
    const links = JSON.parse(await run(['ip', ...where, '-j', 'link', 'show'])) as readonly Link[]
    const known = links.map(({ ifindex: index, ifname: name }) => {
      return { index, name, description: '', speed: null, ...namespace.interfaces[name] }
    })
    return new NamespaceCapture(namespace, known, options)
  }

  /** Takes what has come, without waiting. */
  read(): void {
    this.#socket.read((frame) => this.#keep(frame))
  }

  #keep(frame: CapturedFrame): void {
    if (this.#ignored.has(frame.interface)) return
    if (frame.interface === loopbackIndex && frame.direction === 'out') return
    const isTraffic = this.#traffic !== undefined && isMadeUp(frame.octets, this.#madeUpPorts)
    const files = isTraffic ? this.#traffic : this.#files
    files.add({
      interface: this.#numberOf(frame.interface),
      at: frame.at,
      octets: isTraffic ? frame.octets.subarray(0, keptOctets) : frame.octets,
      length: frame.length,
      direction: frame.direction,
    })
  }

  /** One that came after the start is known by its index only. */
  #numberOf(index: number): number {
    const known = this.#numbers.get(index)
    if (known !== undefined) return known
    const number = this.#numbers.size
    const made = interfaceBlock({ name: `if${index}`, description: '', speed: null })
    this.#numbers.set(index, number)
    this.#blocks.push(made)
    for (const files of this.#series) files.addBlock(made)
    return number
  }

  flush(): void {
    this.#dropped += this.#socket.counts().dropped
    for (const files of this.#series) files.flush()
  }

  close(): void {
    this.flush()
    this.#socket.close()
    for (const files of this.#series) files.close()
  }

  /** `dropped`: frames for which there was no room before they were read. */
  get counts() {
    const { name } = this
    return { name, dropped: this.#dropped, files: this.#files.counts, traffic: this.#traffic?.counts ?? null }
  }

  get #series(): readonly CaptureFiles[] {
    return this.#traffic === undefined ? [this.#files] : [this.#files, this.#traffic]
  }
}

/** As `ip -j link` prints it. */
interface Link {
  readonly ifindex: number
  readonly ifname: string
}
