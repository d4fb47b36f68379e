/**
 * Reads the path attributes of an UPDATE with the error handling of RFC 7606: a fault costs as little as it may, and
 * the first of two equal attributes counts (§3 g).
 * @module
 */
import { DecodeError, Reader } from '@vagus/wire'
import { familyKey } from '../family.ts'
import { maxFaultsPerUpdate } from '../limits.ts'
import { asTrans, attributeCode, attributeFlag, updateSubcode } from '../registry.ts'
import { mergedAsPath } from './as-path.ts'
import { AttributeWalk } from './attribute-walk.ts'
import { type AttributeFacts, type AttributeName, attributes as table, nameOfCode } from './attributes.ts'
import type { UpdateContext } from './context.ts'
import { type Fault, fault, isWeaker, type Treatment, treatmentOf } from './fault.ts'
import type { PathAttributes, UnknownAttribute } from './path-attributes.ts'

export interface AttributesRead {
  /** Those without a fault; views on the octets that were read. */
  readonly attributes: PathAttributes
  readonly faults: readonly Fault[]
  readonly treatment: Treatment
}

/** The attributes in `octets` from `from` up to `to` (exclusive). Whether any is missing is another question. */
export function readAttributes(octets: Uint8Array, from: number, to: number, context: UpdateContext): AttributesRead {
  const reading = new Reading(octets, context)
  const walk = new AttributeWalk().start(octets, from, to)
  for (let step = walk.next(); step !== 'end'; step = walk.next()) {
    if (step === 'broken') {
      // RFC 7606 §4: the total length still says where the NLRI begin.
      const problem = `attribute ${walk.code} at octet ${walk.from} overruns the attributes`
      reading.note(fault('treat-as-withdraw', updateSubcode.malformedAttributeList, problem, { attribute: walk.code }))
      break
    }
    reading.read(walk)
  }
  return reading.finish()
}

type Draft = { -readonly [Name in keyof PathAttributes]: PathAttributes[Name] }

class Reading {
  readonly #octets: Uint8Array
  readonly #context: UpdateContext
  readonly #draft: Draft = {}
  readonly #seen = new Set<number>()
  readonly #unknown: UnknownAttribute[] = []
  readonly #partial: number[] = []
  readonly #faults: Fault[] = []

  constructor(octets: Uint8Array, context: UpdateContext) {
    this.#octets = octets
    this.#context = context
  }

  note(found: Fault): void {
    if (this.#faults.length < maxFaultsPerUpdate) {
      this.#faults.push(found)
      return
    }
    const weaker = this.#faults.findIndex(({ treatment }) => isWeaker(treatment, found.treatment))
    if (weaker >= 0) this.#faults[weaker] = found
  }

  read(walk: AttributeWalk): void {
    const { code } = walk
    if (this.#seen.has(code)) {
      this.#noteDuplicate(code)
      return
    }
    this.#seen.add(code)
    const name = nameOfCode[code]
    if (name === undefined) this.#readUnknown(walk)
    else this.#readKnown(walk, name)
  }

  #noteDuplicate(code: number): void {
    const isMultiprotocol = code === attributeCode.mpReach || code === attributeCode.mpUnreach
    const treatment = isMultiprotocol ? 'session-reset' : 'attribute-discard'
    const problem = `attribute ${code} comes twice`
    this.note(fault(treatment, updateSubcode.malformedAttributeList, problem, { attribute: code }))
  }

  #readUnknown(walk: AttributeWalk): void {
    const { code, flags } = walk
    if ((flags & attributeFlag.optional) === 0) {
      const data = this.#octets.subarray(walk.from, walk.valueTo)
      const problem = `well-known attribute ${code} is not known`
      this.note(fault('session-reset', updateSubcode.unrecognizedWellKnown, problem, { attribute: code, data }))
      return
    }
    this.#unknown.push({
      flags: flags & ~attributeFlag.extendedLength,
      code,
      value: this.#octets.subarray(walk.valueFrom, walk.valueTo),
    })
  }

  #readKnown(walk: AttributeWalk, name: AttributeName): void {
    const facts: AttributeFacts<unknown> = table[name]
    const { code, flags } = walk
    if (facts.onlyInternal !== undefined && this.#context.peer === 'external') {
      const problem = `attribute ${code} comes from an external peer`
      this.note(fault('attribute-discard', updateSubcode.malformedAttributeList, problem, { attribute: code }))
      return
    }
    const kind = attributeFlag.optional | attributeFlag.transitive
    if ((flags & kind) !== facts.flags) {
      const problem = `attribute ${code} has flags 0x${flags.toString(16)}`
      this.#noteMalformed(walk, facts, updateSubcode.attributeFlags, problem)
      return
    }
    try {
      const r = new Reader(this.#octets, walk.valueFrom, walk.valueTo)
      const value = facts.read(r, this.#context)
      r.end()
      this.#draft[name] = value as never // sound: the value stands under the name of its facts
      if ((flags & attributeFlag.partial) !== 0 && facts.flags === kind) this.#partial.push(code)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const { subcode } = facts
      this.#noteMalformed(walk, facts, subcode, `attribute ${code}, ${error.message}`)
    }
  }

  /** A fault in MP_REACH or MP_UNREACH costs its family only, when the family can be read (RFC 7606 §7.11, §7.12). */
  #noteMalformed(walk: AttributeWalk, facts: AttributeFacts<unknown>, subcode: number, problem: string): void {
    const { code, valueFrom } = walk
    const data = this.#octets.subarray(walk.from, walk.valueTo)
    if (facts.malformed !== 'session-reset' || walk.valueTo - valueFrom < 3) {
      this.note(fault(facts.malformed, subcode, problem, { attribute: code, data }))
      return
    }
    const [high, low, safi] = this.#octets.subarray(valueFrom, valueFrom + 3)
    const family = familyKey({ afi: high! * 256 + low!, safi: safi! })
    const treatment = this.#context.families.has(family) ? 'afi-safi-disable' : 'attribute-discard'
    this.note(fault(treatment, subcode, problem, { attribute: code, family, data }))
  }

  finish(): AttributesRead {
    const draft = this.#draft
    if (this.#unknown.length > 0) draft.unknown = this.#unknown
    if (this.#partial.length > 0) draft.partial = this.#partial
    mergeFourOctets(draft, this.#context)
    return { attributes: draft, faults: this.#faults, treatment: treatmentOf(this.#faults) }
  }
}

/**
 * RFC 6793 §4.2.3: from a speaker of two octets the whole path is put together; from one of four octets the AS4
 * attributes mean nothing (§4.1).
 */
function mergeFourOctets(draft: Draft, context: UpdateContext): void {
  const { as4Path, as4Aggregator, asPath, aggregator } = draft
  delete draft.as4Path
  delete draft.as4Aggregator
  if (context.asOctets === 4) return
  const isAggregatedSince = as4Aggregator !== undefined && aggregator !== undefined && aggregator.as !== asTrans
  if (isAggregatedSince) return
  if (as4Aggregator !== undefined && aggregator !== undefined) draft.aggregator = as4Aggregator
  if (as4Path !== undefined && asPath !== undefined) draft.asPath = mergedAsPath(asPath, as4Path)
}
