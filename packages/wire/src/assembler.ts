/**
 * The subset of WebAssembly's binary format (W3C, WebAssembly Core Specification 3.0, §5) for a module with one
 * function and imported memories.
 * @module
 */

const valueType = { i32: 0x7f, v128: 0x7b } as const
type ValueType = keyof typeof valueType

/** Instructions without immediates. */
const plain = {
  end: 0x0b,
  return: 0x0f,
  select: 0x1b,
  'i32.lt_s': 0x48,
  'i32.gt_s': 0x4a,
  'i32.ge_u': 0x4f,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.or': 0x72,
  'i32.shl': 0x74,
  'i32.shr_u': 0x76,
  'i32.rotl': 0x77,
  'i64.add': 0x7c,
  'i64.sub': 0x7d,
  'i64.mul': 0x7e,
  'i64.extend_i32_u': 0xad,
} as const
/** Vector instructions: opcodes after the prefix 0xfd. */
const vector = {
  'i8x16.swizzle': 0x0e,
  'i16x8.splat': 0x10,
  'i32x4.splat': 0x11,
  'i64x2.splat': 0x12,
  'i8x16.eq': 0x23,
  'i8x16.ne': 0x24,
  'v128.and': 0x4e,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'v128.any_true': 0x53,
  'i8x16.bitmask': 0x64,
  'i32x4.shl': 0xab,
  'i32x4.shr_u': 0xad,
  'i32x4.add': 0xae,
  'i32x4.mul': 0xb5,
  'i64x2.shl': 0xcb,
  'i64x2.shr_s': 0xcc,
  'i64x2.add': 0xce,
  'i64x2.sub': 0xd1,
  'i64x2.gt_s': 0xd9,
  /** Like `i8x16.swizzle` for indices below 16, and from 128 on, which give 0; indices between may do either. */
  'i8x16.relaxed_swizzle': 0x100,
} as const
/** Lane types that can be extracted from a vector. */
const extractedLane = { i32: 0x1b } as const
/** Scalar stores, by octets stored. */
const scalarStore = { 1: 0x3a, 2: 0x3b, 4: 0x36, 8: 0x37 } as const
const laneStore = { 1: 0x58, 2: 0x59, 4: 0x5a, 8: 0x5b } as const
export type Octets = keyof typeof laneStore

/** The magic, and version 1. */
const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0] as const
const prefix = 0xfd
/** Flag of an alignment: the index of a memory other than 0 follows. */
const otherMemory = 0x40
/** Limits of a memory: of a single thread, or shared by threads with the required maximum, here 4 GiB, the largest. */
const memoryLimits = { own: [0x00, 0], shared: [0x03, 0, ...unsigned(65_536)] } as const
const noResult = 0x40

/** Code of a function; each method appends an instruction and returns the assembler. */
export class Assembler {
  readonly code: number[] = []

  do(...names: readonly (keyof typeof plain)[]): this {
    for (const name of names) this.code.push(plain[name])
    return this
  }

  vector(name: keyof typeof vector): this {
    this.code.push(prefix, ...unsigned(vector[name]))
    return this
  }

  get(...locals: readonly number[]): this {
    for (const local of locals) this.code.push(0x20, ...unsigned(local))
    return this
  }

  set(local: number): this {
    this.code.push(0x21, ...unsigned(local))
    return this
  }

  i32(value: number): this {
    this.code.push(0x41, ...signed(BigInt(value)))
    return this
  }

  i64(value: bigint): this {
    this.code.push(0x42, ...signed(value))
    return this
  }

  v128(octets: readonly number[]): this {
    this.code.push(prefix, 0x0c, ...octets)
    return this
  }

  /** Loads 16 octets of the memory with this index, at the address on the stack + `offset`. */
  load(offset: number, memory: 0 | 1): this {
    this.code.push(prefix, 0x00, ...(memory === 0 ? [0] : [otherMemory, memory]), ...unsigned(offset))
    return this
  }

  /** Loads two octets of the memory with this index into each of the eight lanes. */
  loadSplat(offset: number, memory: 0 | 1): this {
    this.code.push(prefix, 0x08, ...(memory === 0 ? [0] : [otherMemory, memory]), ...unsigned(offset))
    return this
  }

  /** Stores the vector on the stack at the address below it, in the first memory like all stores. */
  store(offset: number): this {
    this.code.push(prefix, 0x0b, 0, ...unsigned(offset))
    return this
  }

  /** Stores one lane of the vector on the stack; `lane` counts lanes of `octets` octets. */
  storeLane(octets: Octets, lane: number, offset: number): this {
    this.code.push(prefix, ...unsigned(laneStore[octets]), 0, ...unsigned(offset), lane)
    return this
  }

  /** Stores the low octets of the integer on the stack, which has 64 bits for 8 octets, otherwise 32. */
  storeScalar(octets: Octets, offset: number): this {
    this.code.push(scalarStore[octets], 0, ...unsigned(offset))
    return this
  }

  /** Extracts a lane of the vector on the stack. */
  extractLane(type: keyof typeof extractedLane, lane: number): this {
    this.code.push(prefix, extractedLane[type], lane)
    return this
  }

  /** Selects 16 of the 32 octets of two vectors on the stack, in the order of `from`. */
  shuffle(from: readonly number[]): this {
    this.code.push(prefix, 0x0d, ...from)
    return this
  }

  /** Size of the memory with this index, in pages of 64 KiB. */
  pages(memory: 0 | 1): this {
    this.code.push(0x3f, memory)
    return this
  }

  /** Appends the code of another assembler. */
  append({ code }: Assembler): this {
    for (const octet of code) this.code.push(octet)
    return this
  }

  /** Runs `body` when the i32 on the stack is not 0. */
  if(body: () => void): this {
    this.code.push(0x04, noResult)
    body()
    return this.do('end')
  }

  /** Runs `body` once, and repeats it while the i32 that it leaves on the stack is not 0. */
  repeat(body: () => void): this {
    this.code.push(0x03, noResult)
    body()
    this.code.push(0x0d, 0)
    return this.do('end')
  }
}

export interface FunctionType {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
  /** Numbered after the parameters. */
  readonly locals: readonly ValueType[]
}

/** A module that exports the function `f` and imports these memories, each as `m` and its index, from 0. */
export function moduleOf(
  { parameters, results, locals }: FunctionType,
  memories: readonly (keyof typeof memoryLimits)[],
  { code }: Assembler,
): Uint8Array<ArrayBuffer> {
  const types = (list: readonly ValueType[]): number[] => list.map((type) => valueType[type])
  const body = [...vectorOf(types(locals).map((type) => [1, type])), ...code, plain.end]
  return new Uint8Array([
    ...magic,
    ...section(1, [[0x60, ...sized(types(parameters)), ...sized(types(results))]]),
    ...section(
      2,
      memories.map((limits, number) => [...name('m'), ...name(String(number)), 2, ...memoryLimits[limits]]),
    ),
    ...section(3, [[0]]),
    ...section(7, [[...name('f'), 0, 0]]),
    ...section(10, [sized(body)]),
  ])
}

const sized = (octets: readonly number[]): number[] => [...unsigned(octets.length), ...octets]
const vectorOf = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()]
const section = (id: number, items: readonly (readonly number[])[]): number[] => [id, ...sized(vectorOf(items))]
const name = (letter: string): number[] => sized([letter.charCodeAt(0)])

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const octets: number[] = []
  for (; value > 0x7f; value >>>= 7) octets.push((value & 0x7f) | 0x80)
  return [...octets, value]
}

function signed(value: bigint): number[] {
  const octets: number[] = []
  for (; value < -64n || value > 63n; value >>= 7n) octets.push(Number(value & 0x7fn) | 0x80)
  return [...octets, Number(value & 0x7fn)]
}
