/**
 * Packs the rows of a full block into fewer octets, as each page written costs the kernel time. Each octet of a row,
 * counted over the columns in the order of `flowColumns`, is encoded by the values that it has in the block:
 *
 *   the same in all rows     left out: high octets of times and counters, the sampling rate, an absent site
 *   one of two values        as a bit, if that saves space: the octets that tell IPv4 from IPv6, the direction
 *   otherwise                whole
 *
 *   octet  0           16                32                    144                        256
 *          a bit per   a bit per octet,  the first row,        XOR of the two values of   for each column, vector by
 *          octet, set  set if encoded    padded with zeros     octets encoded as a bit    vector of 16 octets: whole
 *          if whole    as a bit                                (zero for others)          octets, then 2 octets of bits
 *
 * A vector has 2 octets of bits when the column has octets encoded as a bit: bit n is set if octet n of the vector
 * differs from that of the first row. The number of rows is a multiple of 64, so that every column is whole vectors and
 * every packed column a multiple of eight octets: one swizzle gathers the whole octets of a vector, another restores
 * them.
 * @module
 */
import { columnTypes, flowColumns, octetsPerRow } from '@vagus/flow'
import { Assembler, moduleOf } from '@vagus/wire'

const vectorOctets = 16
const bitsOctets = 2
const rowsAtOnce = 64
/** Vectors per loop iteration: a column of the narrowest type has this many in `rowsAtOnce` rows. */
const vectorsAtOnce = 4
const rowOctets = Math.ceil(octetsPerRow / vectorOctets) * vectorOctets
const pageOctets = 65_536
/** An index beyond the vector: a swizzle gives zero for it. */
const none = 0x80

/** Offsets of the parts of a body. The former version did not encode octets as bits. */
const forms = {
  packed: { bitsAt: vectorOctets, firstAt: 2 * vectorOctets, columnsAt: 2 * (vectorOctets + rowOctets) },
  packedFormerly: { bitsAt: undefined, firstAt: vectorOctets, columnsAt: vectorOctets + rowOctets },
} as const
export type PackedForm = keyof typeof forms
const { bitsAt, firstAt, columnsAt } = forms.packed
const othersAt = firstAt + rowOctets

/**
 * Offsets in the memory of a packing: vectors for the current column, then the output. The last store may overrun it.
 */
const at = { mask: 0, rest: 16, differing: 32, alike: 48, others: 64, places: 80, octets: 96 } as const

/** The columns, each with the offset of its octets in a row. */
const columns: readonly { readonly width: number; readonly before: number }[] = (() => {
  let before = 0
  return flowColumns.map(({ type }) => {
    const { octets: width } = columnTypes[type]
    before += width
    return { width, before: before - width }
  })
})()

/** Whether this number of rows can be packed. */
export const isPackable = (rows: number): boolean => rows > 0 && rows % rowsAtOnce === 0

/** Maximum octets of `rows` packed rows. */
export const maxPackedOctets = (rows: number): number => columnsAt + rows * octetsPerRow

/** Octets that a packed body of `rows` rows must have; `undefined` when it is not a packed body. */
export function packedOctetsOf(body: Uint8Array, rows: number, form: PackedForm): number | undefined {
  if (!isPackable(rows) || body.length < forms[form].columnsAt) return undefined
  let octets: number = forms[form].columnsAt
  for (const { width, before } of columns) {
    octets += ((rows * width) / vectorOctets) * stepOf(body, width, before, form)
  }
  return octets
}

/** Octets of a packed vector of a column. */
function stepOf(body: Uint8Array, width: number, before: number, form: PackedForm): number {
  const { bitsAt } = forms[form]
  let whole = 0
  let said = 0
  for (let octet = before; octet < before + width; octet++) {
    whole += bitOf(body, octet)
    if (bitsAt !== undefined) said |= bitOf(body, bitsAt * 8 + octet)
  }
  return (whole * vectorOctets) / width + said * bitsOctets
}

/** Packs blocks, or unpacks one, of at most `maxRows` rows from one WebAssembly memory into its own. */
export class Packing {
  readonly memory: WebAssembly.Memory
  readonly #octets: Uint8Array<ArrayBuffer>
  /** The bits that `#compare` found to differ. */
  readonly #differing: Int32Array<ArrayBuffer>
  readonly #from: Uint8Array<ArrayBuffer>
  readonly #compare: Compare
  readonly #gather: Move
  readonly #gatherWithBits: Move
  readonly #scatter: Move
  /** Offset of the next body. */
  #next: number = at.octets

  /** `gatheredOctets`: maximum octets of the bodies packed before the last one. */
  constructor(from: WebAssembly.Memory, maxRows: number, gatheredOctets = 0) {
    const octets = at.octets + gatheredOctets + maxPackedOctets(maxRows) + 2 * vectorOctets
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(octets / pageOctets) })
    this.#octets = new Uint8Array(this.memory.buffer as ArrayBuffer) // sound: neither memory is shared
    this.#differing = new Int32Array(this.memory.buffer as ArrayBuffer, at.differing, vectorOctets / 4)
    this.#from = new Uint8Array(from.buffer as ArrayBuffer)
    modules ??= [compareSource(), gatherSource('octets'), gatherSource('octets and bits'), scatterSource()].map(
      (source) => new WebAssembly.Module(source),
    )
    const imports = { m: { 0: this.memory, 1: from } }
    const [compare, gather, gatherWithBits, scatter] = modules.map(
      (module) => new WebAssembly.Instance(module, imports).exports['f'],
    )
    // Sound: the sources declare these parameters.
    this.#compare = compare as Compare
    this.#gather = gather as Move
    this.#gatherWithBits = gatherWithBits as Move
    this.#scatter = scatter as Move
  }

  /**
   * Packs `rows` rows whose columns start at `place`; returns the body, which follows the earlier ones. Valid until
   * `startAnew`. @throws {RangeError} when there might not be room for it
   */
  pack(place: number, rows: number): Uint8Array<ArrayBuffer> {
    const body = this.#octets.subarray(this.#next)
    if (body.length < maxPackedOctets(rows) + 2 * vectorOctets) {
      throw new RangeError(`no room for ${rows} rows after ${this.#next} octets; call startAnew once they are used`)
    }
    body.fill(0, 0, columnsAt)
    let to = columnsAt
    for (const { width, before } of columns) {
      const from = place + before * rows
      const vectors = (rows * width) / vectorOctets
      this.#repeatPlaces(width)
      this.#compare(from, vectors)
      for (let octet = 0; octet < width; octet++) body[firstAt + before + octet] = this.#from[from + octet]!
      if (this.#isAlike()) continue
      const whole = this.#choose(body, width, before)
      const step = stepOf(body, width, before, 'packed')
      if (step > whole) this.#gatherWithBits(from, vectors, this.#next + to, step, whole)
      else if (whole > 0) this.#gather(from, vectors, this.#next + to, step, whole)
      to += vectors * step
    }
    this.#next += to // a multiple of eight
    return body.subarray(0, to)
  }

  /** Discards the packed bodies, which the caller has used. */
  startAnew(): void {
    this.#next = at.octets
  }

  /** Unpacks the columns of a body at `place` that `packedOctetsOf` accepts. Valid until the next call. */
  unpack(place: number, rows: number, form: PackedForm): Uint8Array<ArrayBuffer> {
    const body = this.#from.subarray(place)
    let from = place + forms[form].columnsAt
    for (const { width, before } of columns) {
      const vectors = (rows * width) / vectorOctets
      const whole = this.#fillIn(body, width, before, form)
      const step = stepOf(body, width, before, form)
      this.#scatter(from, vectors, at.octets + before * rows, step, whole)
      from += vectors * step
    }
    return this.#octets.subarray(at.octets, at.octets + rows * octetsPerRow)
  }

  /** The swizzle that repeats the first row of a column over a vector. */
  #repeatPlaces(width: number): void {
    for (let lane = 0; lane < vectorOctets; lane++) this.#octets[at.places + lane] = lane & (width - 1)
  }

  /** Whether all rows of the compared column are the same. */
  #isAlike(): boolean {
    let differing = 0
    for (let word = 0; word < this.#differing.length; word++) differing |= this.#differing[word]!
    return differing === 0
  }

  /**
   * Decides how each octet of a column is encoded, from the result of `#compare`, and sets its bits, the other values,
   * and the swizzle that gathers the whole octets of a vector. Returns the number of whole octets.
   */
  #choose(body: Uint8Array, width: number, before: number): number {
    const octets = this.#octets
    let ofTwo = 0
    for (let octet = 0; octet < width; octet++) {
      let differing = 0
      let alike = 0xff
      for (let lane = octet; lane < vectorOctets; lane += width) {
        differing |= octets[at.differing + lane]!
        alike &= octets[at.alike + lane]!
      }
      octets[at.differing + octet] = differing
      octets[at.alike + octet] = alike
      if (differing !== 0 && differing === alike) ofTwo += vectorOctets / width
    }
    const isSaid = ofTwo > bitsOctets
    for (let octet = 0; octet < width; octet++) {
      const differing = octets[at.differing + octet]!
      if (differing === 0) continue
      const bits = isSaid && differing === octets[at.alike + octet] ? bitsAt : 0
      if (bits !== 0) body[othersAt + before + octet] = differing
      body[bits + ((before + octet) >>> 3)]! |= 1 << ((before + octet) & 7)
    }
    let whole = 0
    for (let lane = 0; lane < vectorOctets; lane++) octets[at.mask + lane] = none
    for (let lane = 0; lane < vectorOctets; lane++) {
      const octet = before + (lane & (width - 1))
      if (bitOf(body, octet) === 1) octets[at.mask + whole++] = lane
    }
    return whole
  }

  /**
   * Sets the swizzle that restores whole octets, and the values of the others. Returns the number of whole octets.
   */
  #fillIn(body: Uint8Array, width: number, before: number, form: PackedForm): number {
    const octets = this.#octets
    const { firstAt, bitsAt } = forms[form]
    let whole = 0
    for (let lane = 0; lane < vectorOctets; lane++) {
      const octet = before + (lane & (width - 1))
      const isWhole = bitOf(body, octet) === 1
      octets[at.mask + lane] = isWhole ? whole++ : none
      octets[at.rest + lane] = isWhole ? 0 : body[firstAt + octet]!
      const isSaid = !isWhole && bitsAt !== undefined && bitOf(body, bitsAt * 8 + octet) === 1
      octets[at.others + lane] = isSaid ? body[othersAt + octet]! : 0
    }
    return whole
  }
}

const bitOf = (body: Uint8Array, bit: number): number => (body[bit >>> 3]! >>> (bit & 7)) & 1

let modules: readonly WebAssembly.Module[] | undefined

/** Indices of a module's memories: the packing's own, which is written, and the one that is read. */
const [own, other] = [0, 1] as const
const memories = ['own', 'own'] as const

type Compare = (from: number, vectors: number) => void
/**
 * Moves `vectors` vectors, a multiple of four; packed vectors are `step` octets apart, and their bits follow `whole`
 * octets.
 */
type Move = (from: number, vectors: number, to: number, step: number, whole: number) => void

const next = (a: Assembler, local: number, step: number): Assembler => a.get(local).i32(step).do('i32.add').set(local)

/**
 * Compares vectors XORed with the first row: `differing` are the bits set in any, `alike` those set in all octets that
 * are not zero. An octet has one of two values if both are equal.
 */
function compareSource(): Uint8Array<ArrayBuffer> {
  const local = { from: 0, vectors: 1, first: 2, differing: 3, alike: 4, changed: 5 } as const
  const a = new Assembler()
  a.get(local.from).load(0, other).i32(at.places).load(0, own).vector('i8x16.swizzle').set(local.first)
  a.v128(filled(0xff)).set(local.alike)
  a.repeat(() => {
    for (let vector = 0; vector < vectorsAtOnce; vector++) {
      a.get(local.from)
        .load(vector * vectorOctets, other)
        .get(local.first)
        .vector('v128.xor')
        .set(local.changed)
      a.get(local.changed, local.differing).vector('v128.or').set(local.differing)
      a.get(local.changed).v128(filled(0)).vector('i8x16.eq').get(local.changed).vector('v128.or')
      a.get(local.alike).vector('v128.and').set(local.alike)
    }
    next(a, local.from, vectorsAtOnce * vectorOctets)
    next(a, local.vectors, -vectorsAtOnce).get(local.vectors)
  })
  a.i32(at.differing).get(local.differing).store(0)
  a.i32(at.alike).get(local.alike).store(0)
  return moduleOf({ parameters: ['i32', 'i32'], results: [], locals: ['v128', 'v128', 'v128', 'v128'] }, memories, a)
}

const moveLocal = { from: 0, vectors: 1, to: 2, step: 3, whole: 4 } as const
const moveParameters = ['i32', 'i32', 'i32', 'i32', 'i32'] as const

function gatherSource(what: 'octets' | 'octets and bits'): Uint8Array<ArrayBuffer> {
  const local = { ...moveLocal, first: 5, mask: 6, octets: 7 } as const
  const a = new Assembler()
  a.get(local.from).load(0, other).i32(at.places).load(0, own).vector('i8x16.swizzle').set(local.first)
  a.i32(at.mask).load(0, own).set(local.mask)
  a.repeat(() => {
    for (let vector = 0; vector < vectorsAtOnce; vector++) {
      a.get(local.from)
        .load(vector * vectorOctets, other)
        .set(local.octets)
      a.get(local.to).get(local.octets, local.mask).vector('i8x16.relaxed_swizzle').store(0)
      if (what === 'octets and bits') {
        // The bits overwrite the excess of the previous store.
        a.get(local.to, local.whole).do('i32.add')
        a.get(local.octets, local.first).vector('i8x16.ne').vector('i8x16.bitmask').storeScalar(bitsOctets, 0)
      }
      a.get(local.to, local.step).do('i32.add').set(local.to)
    }
    next(a, local.from, vectorsAtOnce * vectorOctets)
    next(a, local.vectors, -vectorsAtOnce).get(local.vectors)
  })
  return moduleOf({ parameters: moveParameters, results: [], locals: ['v128', 'v128', 'v128'] }, memories, a)
}

function scatterSource(): Uint8Array<ArrayBuffer> {
  const local = { ...moveLocal, mask: 5, rest: 6, others: 7 } as const
  const a = new Assembler()
  a.i32(at.mask).load(0, own).set(local.mask)
  a.i32(at.rest).load(0, own).set(local.rest)
  a.i32(at.others).load(0, own).set(local.others)
  a.repeat(() => {
    a.get(local.to)
    a.get(local.from).load(0, other).get(local.mask).vector('i8x16.swizzle').get(local.rest).vector('v128.or')
    a.get(local.from, local.whole).do('i32.add').loadSplat(0, other)
    a.v128(octetOfBit).vector('i8x16.swizzle').v128(bitOfLane).vector('v128.and')
    a.v128(bitOfLane).vector('i8x16.eq').get(local.others).vector('v128.and').vector('v128.xor').store(0)
    a.get(local.from, local.step).do('i32.add').set(local.from)
    next(a, local.to, vectorOctets)
    next(a, local.vectors, -1).get(local.vectors)
  })
  return moduleOf({ parameters: moveParameters, results: [], locals: ['v128', 'v128', 'v128'] }, memories, a)
}

const filled = (octet: number): readonly number[] => Array<number>(vectorOctets).fill(octet)
/** The octet of bits that has a lane's bit, and the mask of that bit. */
const octetOfBit = Array.from({ length: vectorOctets }, (_, lane) => lane >>> 3)
const bitOfLane = Array.from({ length: vectorOctets }, (_, lane) => 1 << (lane & 7))
