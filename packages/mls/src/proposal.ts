/** What members propose (RFC 9420 §12.1), and a commit to it (§12.4). @module */
import { type Codec, DecodeError, struct, uint16, uint32, uint64, uint8, type ValueOf } from '@vagus/wire'
import { type Extension, extensions } from './extension.ts'
import { keyPackage, type KeyPackage } from './key-package.ts'
import { leafNode, type LeafNode } from './leaf-node.ts'
import { updatePath } from './update-path.ts'
import { opaque, optional, vectorOf } from './vectors.ts'

/** Which proposals there are; whether one requires a path, and whether somebody outside the group may send it. */
export const proposalTypes = {
  add: { number: 1, needsPath: false, external: true },
  update: { number: 2, needsPath: true, external: false },
  remove: { number: 3, needsPath: true, external: true },
  psk: { number: 4, needsPath: false, external: true },
  reinit: { number: 5, needsPath: false, external: true },
  external_init: { number: 6, needsPath: true, external: false },
  group_context_extensions: { number: 7, needsPath: true, external: true },
} as const

const pskUsages = ['application', 'reinit', 'branch'] as const
const external = struct({ pskId: opaque })
const resumption = struct({ groupId: opaque, epoch: uint64 })

export type PskId =
  | { readonly type: 'external'; readonly pskId: Uint8Array; readonly nonce: Uint8Array }
  | {
      readonly type: 'resumption'
      readonly usage: (typeof pskUsages)[number]
      readonly groupId: Uint8Array
      readonly epoch: bigint
      readonly nonce: Uint8Array
    }

/** §8.4 */
export const pskId: Codec<PskId> = {
  read(r) {
    const at = r.offset
    const type = r.uint8()
    if (type === 1) return { type: 'external', ...external.read(r), nonce: opaque.read(r) }
    if (type !== 2)
      throw new DecodeError('bad-value', at, `a pre-shared key is 1 (external) or 2 (resumption), not ${type}`)
    const usage = pskUsages[r.uint8() - 1]
    if (usage === undefined) throw new DecodeError('bad-value', at + 1, 'the usage of a resumption is 1, 2 or 3')
    return { type: 'resumption', usage, ...resumption.read(r), nonce: opaque.read(r) }
  },
  write(w, value) {
    w.uint8(value.type === 'external' ? 1 : 2)
    if (value.type === 'external') external.write(w, value)
    else {
      w.uint8(pskUsages.indexOf(value.usage) + 1)
      resumption.write(w, value)
    }
    opaque.write(w, value.nonce)
  },
}

const reinit = struct({ groupId: opaque, version: uint16, cipherSuite: uint16, extensions })

export type Proposal =
  | { readonly type: 'add'; readonly keyPackage: KeyPackage }
  | { readonly type: 'update'; readonly leafNode: LeafNode }
  | { readonly type: 'remove'; readonly removed: number }
  | { readonly type: 'psk'; readonly psk: PskId }
  | ({ readonly type: 'reinit' } & ValueOf<typeof reinit>)
  | { readonly type: 'external_init'; readonly kemOutput: Uint8Array }
  | { readonly type: 'group_context_extensions'; readonly extensions: readonly Extension[] }
type ProposalType = Proposal['type']

const contents: { readonly [Type in ProposalType]: Codec<Omit<Extract<Proposal, { type: Type }>, 'type'>> } = {
  add: struct({ keyPackage }),
  update: struct({ leafNode }),
  remove: struct({ removed: uint32 }),
  psk: struct({ psk: pskId }),
  reinit,
  external_init: struct({ kemOutput: opaque }),
  group_context_extensions: struct({ extensions }),
}
const typeOf = new Map<number, ProposalType>(
  Object.entries(proposalTypes).map(([type, { number }]) => [number, type as ProposalType]),
)

/** A type that is not known has an unknown form, so that what follows it cannot be read either. */
export const proposal: Codec<Proposal> = {
  read(r) {
    const at = r.offset
    const number = r.uint16()
    const type = typeOf.get(number)
    if (type === undefined) throw new DecodeError('bad-value', at, `a proposal has a type of 1 to 7, not ${number}`)
    return { type, ...contents[type].read(r) } as Proposal // sound: the codec is that of the type
  },
  write(w, value) {
    w.uint16(proposalTypes[value.type].number)
    const content = contents[value.type] as Codec<Proposal>
    content.write(w, value)
  },
}

export type ProposalOrReference =
  | { readonly type: 'proposal'; readonly proposal: Proposal }
  | { readonly type: 'reference'; readonly reference: Uint8Array }

const proposalOrReference: Codec<ProposalOrReference> = {
  read(r) {
    const at = r.offset
    const type = r.uint8()
    if (type === 1) return { type: 'proposal', proposal: proposal.read(r) }
    if (type === 2) return { type: 'reference', reference: opaque.read(r).slice() }
    throw new DecodeError('bad-value', at, `a commit has proposals (1) or references (2), not ${type}`)
  },
  write(w, value) {
    uint8.write(w, value.type === 'proposal' ? 1 : 2)
    if (value.type === 'proposal') proposal.write(w, value.proposal)
    else opaque.write(w, value.reference)
  },
}

export const commit = struct({ proposals: vectorOf(proposalOrReference), path: optional(updatePath) })
export type Commit = ValueOf<typeof commit>
