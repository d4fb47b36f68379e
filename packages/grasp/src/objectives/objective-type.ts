/** An objective as its ASAs see it: declared once, with what it is for and how its value is written. @module */
import { type CborValue, DecodeError } from '@vagus/wire'
import { flagsOf, type Objective, objectiveValue, valueOctets } from '../objective.ts'
import { grasp } from '../registry.ts'

export interface ValueCodec<Value> {
  /** @throws {RangeError} on a value that cannot be written */
  readonly encode: (value: Value) => CborValue
  /** @throws {DecodeError} on what is no such value */
  readonly decode: (value: CborValue) => Value
}

/** What of an objective does not depend on its values. */
export interface ObjectiveHead {
  /** UTF-8; with ':' private to the domain, PEN or e-mail address before the last ':' (RFC 8990 §2.10.1). */
  readonly name: string
  /** One of the two (RFC 8990 §2.10.2): agreed on, or told. */
  readonly purpose: 'negotiation' | 'synchronization'
  /** Whether a negotiation may be asked for without consequences. */
  readonly dryRun: 'possible' | 'no'
  /** Relays that a discovery or flood may pass, and steps of a negotiation, 1..255. */
  readonly loopCount: number
  /** `no`: it is only told, and nobody may search for it: its flags are then without F_DISC. */
  readonly discoverable: 'yes' | 'no'
  /** Octets of a unicast message, when 2048 are not enough; up to 65,536. */
  readonly maxSize?: number
}

export interface ObjectiveType<Value> extends ObjectiveHead {
  readonly codec: ValueCodec<Value>
}

type Declared<Value> = Pick<ObjectiveType<Value>, 'name' | 'purpose' | 'codec'> & Partial<ObjectiveType<Value>>

/** An objective with the defaults of RFC 8990: six steps, no dry run. @throws {RangeError} */
export function declareObjective<Value>(declared: Declared<Value>): ObjectiveType<Value> {
  const type = { loopCount: grasp.loopCount, dryRun: 'no', discoverable: 'yes', ...declared } as const
  if (type.dryRun === 'possible' && type.purpose !== 'negotiation') {
    throw new RangeError(`"${type.name}" cannot have dry runs: only negotiations have them`)
  }
  return type
}

/** Whether a negotiation has consequences. */
export type Run = 'live' | 'dry'

/** The objective on the wire, without a value. */
export function bareObjective(type: ObjectiveHead, run: Run = 'live'): Objective {
  const dryRun = run === 'dry' ? (['dryRun'] as const) : []
  const discovery = type.discoverable === 'yes' ? (['discovery'] as const) : []
  return { name: type.name, flags: flagsOf(...discovery, type.purpose, ...dryRun), loopCount: type.loopCount }
}

/** The objective on the wire. @throws {RangeError} as the codec */
export function objectiveOf<Value>(type: ObjectiveType<Value>, value: Value, run: Run = 'live'): Objective {
  return { ...bareObjective(type, run), value: valueOctets(type.codec.encode(value)) }
}

/** What an objective of that type says. @throws {DecodeError} */
export function valueOf<Value>(type: ObjectiveType<Value>, objective: Objective): Value {
  if (objective.value !== undefined) return type.codec.decode(objectiveValue(objective))
  throw new DecodeError('bad-length', 0, `"${objective.name}" came without a value`)
}
