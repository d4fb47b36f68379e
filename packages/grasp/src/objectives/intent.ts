/**
 * Intent: the set of intents that an operator has signed for its domain (§8 of the draft). A flood says which one a node has,
 * to its neighbours alone; whoever has an older one asks that node for the document. So it goes from neighbour to neighbour,
 * and each of them can be asked for what it tells of.
 * @module
 */
import type { CborValue } from '@vagus/wire'
import { Fields, most53 } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface IntentOffer {
  readonly header: Header
  /** Whose set: did:key:…. */
  readonly owner: string
  /** Of the owner's key when it signed the set; before the epoch in telling what is newer. */
  readonly rotations: number
  /** 0: the node has none yet. */
  readonly epoch: number
  /** SHA-256 of the signed set, 32 octets; zeros where there is none. */
  readonly hash: Uint8Array
  /** The signed set (a compact JWS), in answers to who synchronises; too long for a flood. Nothing else is to be believed. */
  readonly document?: string
}

const key = { header: 0, owner: 1, rotations: 2, epoch: 3, hash: 4, document: 5 } as const
/** Of `maxSize`, less what surrounds the document. */
const maxDocument = 64_000

export const intentOffer: ObjectiveType<IntentOffer> = declareObjective({
  name: privateName('Intent'),
  purpose: 'synchronization',
  loopCount: 1, // a neighbour of a neighbour may not be reached by who hears of it
  maxSize: 65_536,
  codec: {
    encode: ({ header, owner, rotations, epoch, hash, document }) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(header)],
        [key.owner, owner],
        [key.rotations, rotations],
        [key.epoch, epoch],
        [key.hash, hash],
        ...(document === undefined ? [] : [[key.document, document] as const]),
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'Intent', [])
      return {
        header: readHeader(fields.value(key.header)),
        owner: fields.text(key.owner),
        rotations: fields.uint(key.rotations, 255),
        epoch: fields.uint(key.epoch, most53),
        hash: fields.octets(key.hash, 32),
        ...(fields.has(key.document) ? { document: fields.text(key.document, maxDocument) } : {}),
      }
    },
  },
})
