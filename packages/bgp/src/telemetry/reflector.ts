/**
 * Passes telemetry on between the peers of one speaker (draft §3.2, after RFC 4456): NLRI and attribute byte for byte,
 * also what is not understood here. Everything that changed goes to all peers as the same octets, encoded once, the
 * newest of each NLRI only; a peer that gets its own back drops it by its ORIGINATOR_ID (RFC 4456 §8).
 * @module
 */
import { Writer } from '@vagus/wire'
import { familyOfKey, linkState } from '../family.ts'
import { attributeCode } from '../registry.ts'
import { attributeOfBlock } from '../update/attribute-block.ts'
import { nlriText } from '../nlri/nlri-text.ts'
import type { UpdateContext } from '../update/context.ts'
import { encodeUpdate } from '../update/update.ts'
import { writeReflected } from './reflected-update.ts'

export interface ReflectorConfig {
  /** Our BGP identifier, for CLUSTER_LIST. */
  readonly clusterId: number
  /** 4 or 16 octets. */
  readonly nextHop: Uint8Array
  /** NLRI held at once; one more is refused and counted. */
  readonly maxRoutes: number
}

/** One for each NLRI as long as it is announced. */
interface Held {
  readonly nlri: Uint8Array
  peer: string
  /** BGP identifier of the peer. */
  originator: number
  block: Uint8Array
  /** Since `takeUpdates`. */
  isChanged: boolean
}

const internal: UpdateContext = { peer: 'internal', asOctets: 4, families: new Set([linkState]), pathIds: new Set() }
/** Octets that messages are written into at first: what some hundred links take. */
const firstOctets = 64 * 1024
/** Octets of NLRI in one message of withdrawals. */
const maxWithdrawnOctets = 3800

export class TelemetryReflector {
  /** Routes beyond the limit, and those that came round a loop. */
  refused = 0
  readonly #config: ReflectorConfig
  readonly #held = new Map<string, Held>()
  /** Also what ended meanwhile, which is not changed then. */
  #changed: Held[] = []
  readonly #ended = new Map<string, Uint8Array>()

  constructor(config: ReflectorConfig) {
    this.#config = config
  }

  /** Routes held. */
  get size(): number {
    return this.#held.size
  }

  /**
   * What the peer, whose BGP identifier is `originator`, says of one NLRI: its attribute block, or undefined when it is
   * withdrawn. `nlri` and `block` must not change later; `key` is the NLRI's `nlriText`.
   */
  receive(
    peer: string,
    originator: number,
    nlri: Uint8Array,
    block: Uint8Array | undefined,
    key = nlriText(nlri),
  ): void {
    if (block === undefined) return this.#end(key, peer)
    const held = this.#held.get(key)
    if (isListed(block, this.#config.clusterId) || (held === undefined && this.#held.size >= this.#config.maxRoutes)) {
      this.refused++
      return
    }
    if (held === undefined) {
      this.#ended.delete(key)
      const made = { nlri, peer, originator, block, isChanged: true }
      this.#held.set(key, made)
      this.#changed.push(made)
      return
    }
    held.peer = peer
    held.originator = originator
    held.block = block
    if (held.isChanged) return
    held.isChanged = true
    this.#changed.push(held)
  }

  /** The session of the peer is over for good: what only it told ends. */
  forget(peer: string): void {
    for (const [key, held] of this.#held) if (held.peer === peer) this.#end(key, peer)
  }

  /** What changed since the last call, as messages one behind the other; undefined when nothing did. */
  takeUpdates(): Uint8Array | undefined {
    if (this.#changed.length === 0 && this.#ended.size === 0) return undefined
    const w = new Writer(firstOctets)
    for (const message of withdrawals([...this.#ended.values()])) w.octets(message)
    for (const held of this.#changed) {
      if (!held.isChanged) continue
      held.isChanged = false
      this.#write(w, held)
    }
    this.#changed = []
    this.#ended.clear()
    return w.finish()
  }

  /** Everything, for a peer that is new. */
  all(): Uint8Array {
    const w = new Writer(firstOctets)
    for (const held of this.#held.values()) this.#write(w, held)
    return w.finish()
  }

  #end(key: string, peer: string): void {
    const held = this.#held.get(key)
    if (held === undefined || held.peer !== peer) return
    this.#held.delete(key)
    held.isChanged = false
    this.#ended.set(key, held.nlri)
  }

  #write(w: Writer, { originator, block, nlri }: Held): void {
    const { clusterId, nextHop } = this.#config
    writeReflected(w, block, { originator, clusterId, nextHop }, nlri)
  }
}

/** Whether the route came through this cluster. */
function isListed(block: Uint8Array, clusterId: number): boolean {
  const list = attributeOfBlock(block, attributeCode.clusterList)
  if (list === undefined) return false
  const view = new DataView(list.buffer, list.byteOffset, list.length)
  for (let at = 0; at + 4 <= list.length; at += 4) if (view.getUint32(at) === clusterId) return true
  return false
}

function* withdrawals(ended: readonly Uint8Array[]): Generator<Uint8Array> {
  let batch: Uint8Array[] = []
  let octets = 0
  for (const nlri of ended) {
    if (octets + nlri.length > maxWithdrawnOctets) {
      yield withdrawal(batch)
      batch = []
      octets = 0
    }
    batch.push(nlri)
    octets += nlri.length
  }
  if (batch.length > 0) yield withdrawal(batch)
}

function withdrawal(nlri: readonly Uint8Array[]): Uint8Array {
  const w = new Writer(maxWithdrawnOctets)
  for (const one of nlri) w.octets(one)
  const mpUnreach = { ...familyOfKey(linkState), nlri: w.finish() }
  return encodeUpdate({ withdrawn: [], announced: [], attributes: { mpUnreach } }, internal)
}
