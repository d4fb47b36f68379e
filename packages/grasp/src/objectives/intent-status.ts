/**
 * IntentStatus: what a node makes of the set of intents that it has (§8 of the draft). A flood has the set and the worst state;
 * who wants all reports asks the node.
 * @module
 */
import { cborText, cborUint, type CborValue, DecodeError } from '@vagus/wire'
import { Fields, most53, tupleOf } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface IntentStatus {
  readonly header: Header
  readonly owner: string
  /** Of the set that the node goes by; 0: it has none. */
  readonly epoch: number
  readonly hash: Uint8Array
  /** Whether that set holds; else nothing new begins there. */
  readonly standing: 'holds' | 'none' | 'expired' | 'clock'
  /** How many intents are in each state. */
  readonly counts: IntentCounts
  /** Of all intents, in answers to who synchronises; in a flood none. */
  readonly reports: readonly IntentReported[]
}

export type IntentCounts = { readonly [State in IntentReported['state']]: number }

export interface IntentReported {
  readonly name: string
  readonly state: (typeof states)[number]
  /** Milliseconds since 1970, by the node's clock. */
  readonly since: number
  /** A sentence; null: the state says all. */
  readonly evidence: string | null
}

/** By number on the wire. */
const states = ['received', 'translated', 'active', 'degraded', 'conflict', 'refused'] as const
const standings = ['holds', 'none', 'expired', 'clock'] as const
const key = { header: 0, owner: 1, epoch: 2, hash: 3, standing: 4, counts: 5, reports: 6 } as const
const maxEvidence = 256

function choiceOf<Choice>(value: CborValue, choices: readonly Choice[], what: string): Choice {
  const choice = choices[cborUint(value, choices.length - 1, what)]
  if (choice === undefined) throw new DecodeError('bad-value', 0, `${what} must be 0..${choices.length - 1}`)
  return choice
}

const writeReport = ({ name, state, since, evidence }: IntentReported): CborValue => [
  name,
  states.indexOf(state),
  since,
  evidence,
]

function readReport(value: CborValue): IntentReported {
  const [name, state, since, evidence] = tupleOf(value, 4, 'a report')
  return {
    name: cborText(name, 64, 'the name of an intent'),
    state: choiceOf(state, states, 'the state of an intent'),
    since: cborUint(since, most53, 'since'),
    evidence: evidence === null ? null : cborText(evidence, maxEvidence, 'the evidence'),
  }
}

export const intentStatus: ObjectiveType<IntentStatus> = declareObjective({
  name: privateName('IntentStatus'),
  purpose: 'synchronization',
  loopCount: 1,
  maxSize: 65_536,
  codec: {
    encode: ({ header, owner, epoch, hash, standing, counts, reports }) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(header)],
        [key.owner, owner],
        [key.epoch, epoch],
        [key.hash, hash],
        [key.standing, standings.indexOf(standing)],
        [key.counts, states.map((state) => counts[state])],
        [key.reports, reports.map(writeReport)],
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'IntentStatus', [])
      const numbers = tupleOf(fields.value(key.counts), states.length, 'the counts')
      const countOf = (at: number): number => cborUint(numbers[at], most53, 'a count')
      return {
        header: readHeader(fields.value(key.header)),
        owner: fields.text(key.owner),
        epoch: fields.uint(key.epoch, most53),
        hash: fields.octets(key.hash, 32),
        standing: choiceOf(fields.value(key.standing), standings, 'the standing'),
        counts: {
          received: countOf(0),
          translated: countOf(1),
          active: countOf(2),
          degraded: countOf(3),
          conflict: countOf(4),
          refused: countOf(5),
        },
        reports: fields.list(key.reports, readReport),
      }
    },
  },
})
