/**
 * The rows of a full block without the octets that are the same in all of them: the upper ones of times and counters, the
 * sampling rate, the site where there is none. Half of a block is such octets, and each costs the kernel's time to write.
 *
 *   octet  0                                  16                              128
 *          a bit for each octet of a row,     the first row, column by        of each column, row by row,
 *          set where rows differ              column, and zeros               the octets that differ
 *
 * A row's octets are counted over the columns in the order of `flowColumns`. Rows are a multiple of 16, so that every
 * column is whole vectors: one swizzle gathers the octets of a vector that differ, another puts them back.
 * @module
 */
import { columnTypes, flowColumns, octetsPerRow } from '@vagus/flow'
import { Assembler, moduleOf } from '@vagus/wire'

const vectorOctets = 16
const firstRowAt = vectorOctets
const columnsAt = firstRowAt + Math.ceil(octetsPerRow / vectorOctets) * vectorOctets
const pageOctets = 65_536
/** An index beyond the vector, for which a swizzle gives zero. */
const none = 0x80

/** Places in the memory: of a swizzle, and of what is written. Behind it one vector may run over. */
const at = { mask: 0, rest: vectorOctets, differing: 2 * vectorOctets, octets: 3 * vectorOctets } as const

/** The columns, each with the place of its octets in a row. */
const columns: readonly { readonly width: number; readonly before: number }[] = (() => {
  let before = 0
  return flowColumns.map(({ type }) => {
    const { octets: width } = columnTypes[type]
    before += width
    return { width, before: before - width }
  })
})()

/** Whether so many rows can be packed. */
export const isPackable = (rows: number): boolean => rows > 0 && rows % vectorOctets === 0

/** Octets of so many packed rows at most. */
export const maxPackedOctets = (rows: number): number => columnsAt + rows * octetsPerRow

/** Octets that a packed body must have to be of so many rows; `undefined` when it is none. */
export function packedOctetsOf(body: Uint8Array, rows: number): number | undefined {
  if (!isPackable(rows) || body.length < columnsAt) return undefined
  let varying = 0
  for (let octet = 0; octet < octetsPerRow; octet++) varying += bitAt(body, octet)
  return columnsAt + rows * varying
}

/** Packs blocks, or unpacks them, of at most so many rows, from one memory of WebAssembly into one of its own. */
export class Packing {
  readonly memory: WebAssembly.Memory
  readonly #octets: Uint8Array<ArrayBuffer>
  readonly #from: Uint8Array<ArrayBuffer>
  readonly #differ: Differ
  readonly #move: Move

  constructor(from: WebAssembly.Memory, maxRows: number) {
    const octets = at.octets + maxPackedOctets(maxRows) + vectorOctets
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(octets / pageOctets) })
    this.#octets = new Uint8Array(this.memory.buffer as ArrayBuffer) // sound: neither memory is shared
    this.#from = new Uint8Array(from.buffer as ArrayBuffer)
    modules ??= { differ: new WebAssembly.Module(differSource()), move: new WebAssembly.Module(moveSource()) }
    const imports = { m: { 0: this.memory, 1: from } }
    // Sound: as their sources have it.
    this.#differ = new WebAssembly.Instance(modules.differ, imports).exports['f'] as Differ
    this.#move = new WebAssembly.Instance(modules.move, imports).exports['f'] as Move
  }

  /** The body of `rows` rows whose columns stand from `place` on. Good until the next call. */
  pack(place: number, rows: number): Uint8Array<ArrayBuffer> {
    const body = this.#octets.subarray(at.octets)
    body.fill(0, 0, columnsAt)
    let to = columnsAt
    for (const { width, before } of columns) {
      const from = place + before * rows
      const vectors = (rows * width) / vectorOctets
      this.#differ(from, vectors)
      body.set(this.#from.subarray(from, from + width), firstRowAt + before)
      const varying = this.#varyingOf(from, width)
      for (const octet of varying) body[(before + octet) >>> 3]! |= 1 << ((before + octet) & 7)
      if (varying.length === 0) continue
      const kept = this.#gather(width, varying)
      this.#move(from, vectors, at.octets + to, vectorOctets, kept)
      to += vectors * kept
    }
    return body.subarray(0, to)
  }

  /** The columns of `rows` rows whose body, as `packedOctetsOf` has it, stands at `place`. Good until the next call. */
  unpack(place: number, rows: number): Uint8Array<ArrayBuffer> {
    const body = this.#from.subarray(place)
    let from = place + columnsAt
    for (const { width, before } of columns) {
      const varying = Array.from({ length: width }, (_, octet) => octet).filter((octet) => bitAt(body, before + octet))
      const first = body.subarray(firstRowAt + before, firstRowAt + before + width)
      const vectors = (rows * width) / vectorOctets
      const kept = this.#scatter(first, varying)
      this.#move(from, vectors, at.octets + before * rows, kept, vectorOctets)
      from += vectors * kept
    }
    return this.#octets.subarray(at.octets, at.octets + rows * octetsPerRow)
  }

  /** Octets of a row of this column in which rows differ: those of different vectors, or of the first one. */
  #varyingOf(from: number, width: number): readonly number[] {
    const varying: number[] = []
    for (let octet = 0; octet < width; octet++) {
      let differing = 0
      for (let index = octet; index < vectorOctets; index += width) {
        differing |= this.#octets[at.differing + index]! | (this.#from[from + index]! ^ this.#from[from + octet]!)
      }
      if (differing !== 0) varying.push(octet)
    }
    return varying
  }

  /** Sets the swizzle that puts the varying octets of the rows of a vector side by side. How many they are. */
  #gather(width: number, varying: readonly number[]): number {
    const octets = this.#octets
    octets.fill(none, at.mask, at.mask + vectorOctets).fill(0, at.rest, at.rest + vectorOctets)
    let kept = 0
    for (let row = 0; row < vectorOctets; row += width) {
      for (const octet of varying) octets[at.mask + kept++] = row + octet
    }
    return kept
  }

  /** Sets the one that puts them back, between those of the first row. How many they are. */
  #scatter(first: Uint8Array, varying: readonly number[]): number {
    const octets = this.#octets
    octets.fill(none, at.mask, at.mask + vectorOctets)
    let kept = 0
    for (let row = 0; row < vectorOctets; row += first.length) {
      octets.set(first, at.rest + row)
      for (const octet of varying) {
        octets[at.rest + row + octet] = 0
        octets[at.mask + row + octet] = kept++
      }
    }
    return kept
  }
}

const bitAt = (body: Uint8Array, octet: number): number => (body[octet >>> 3]! >>> (octet & 7)) & 1

let modules: { readonly differ: WebAssembly.Module; readonly move: WebAssembly.Module } | undefined

/** Of the memories of a module: the packing's own, which is written, and the one that is read. */
const [own, other] = [0, 1] as const
const memories = ['own', 'own'] as const

type Differ = (from: number, vectors: number) => void
type Move = (from: number, vectors: number, to: number, fromStep: number, toStep: number) => void

/** Octets in which a vector differs from the first one, in any bit: of so many vectors from `from` on, one at least. */
function differSource(): Uint8Array<ArrayBuffer> {
  const local = { from: 0, vectors: 1, first: 2, differing: 3 } as const
  const a = new Assembler()
  a.get(local.from).load(0, other).set(local.first)
  a.repeat(() => {
    a.get(local.from).load(0, other).get(local.first).vector('v128.xor')
    a.get(local.differing).vector('v128.or').set(local.differing)
    a.get(local.from).i32(vectorOctets).do('i32.add').set(local.from)
    a.get(local.vectors).i32(1).do('i32.sub').set(local.vectors).get(local.vectors)
  })
  a.i32(at.differing).get(local.differing).store(0)
  return moduleOf({ parameters: ['i32', 'i32'], results: [], locals: ['v128', 'v128'] }, memories, a)
}

/** Swizzles so many vectors, one at least, adding `at.rest` to each, with a step of so many octets on either side. */
function moveSource(): Uint8Array<ArrayBuffer> {
  const local = { from: 0, vectors: 1, to: 2, fromStep: 3, toStep: 4, mask: 5, rest: 6 } as const
  const a = new Assembler()
  a.i32(at.mask).load(0, own).set(local.mask)
  a.i32(at.rest).load(0, own).set(local.rest)
  a.repeat(() => {
    a.get(local.to).get(local.from).load(0, other).get(local.mask).vector('i8x16.swizzle')
    a.get(local.rest).vector('v128.or').store(0)
    a.get(local.from, local.fromStep).do('i32.add').set(local.from)
    a.get(local.to, local.toStep).do('i32.add').set(local.to)
    a.get(local.vectors).i32(1).do('i32.sub').set(local.vectors).get(local.vectors)
  })
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32'] as const
  return moduleOf({ parameters, results: [], locals: ['v128', 'v128'] }, memories, a)
}
