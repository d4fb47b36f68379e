/**
 * An epoch as octets, for a file: with its secrets, and without the signing key. Trees of past epochs share most of
 * their nodes with the present one, so each node is written once.
 * @module
 */
import { decode, DecodeError, encode, octets, struct, uint16, uint32, uint64, type ValueOf } from '@vagus/wire'
import { authenticatedOctets } from './content.ts'
import type { Epoch, PastEpoch, WaitingProposal } from './epoch.ts'
import { groupContext } from './group-context.ts'
import { hashOctets } from './hkdf.ts'
import type { MlsHost } from './host.ts'
import { type EpochSecrets, secretNames } from './key-schedule.ts'
import { equalOctets, textOf } from './octets.ts'
import { waitingOf } from './receive.ts'
import { type Node, RatchetTree } from './ratchet-tree.ts'
import { secretTree } from './secret-tree.ts'
import { RefusalError } from './refusal.ts'
import { isSuite, Suite } from './suite.ts'
import { isLeaf, widthOf } from './tree-math.ts'
import { treeNode } from './tree-octets.ts'
import { opaque, vectorOf } from './vectors.ts'

/** Of the form below. */
const version = 1

/** A tree as places in the list of nodes, counted from 1; 0 is blank. */
const places = vectorOf(uint32)
const secret = octets(hashOctets)
const pair = { publicKey: octets(32), privateKey: octets(32) }
const messages = struct({ senderData: secret, tree: secretTree })
const past = struct({ epoch: uint64, contextOctets: opaque, places, leaf: uint32, messages })
const state = struct({
  version: uint16,
  cipherSuite: uint16,
  nodes: vectorOf(treeNode),
  present: past,
  keys: vectorOf(struct({ node: uint32, ...pair })),
  secrets: vectorOf(secret),
  interimTranscriptHash: secret,
  confirmationTag: secret,
  past: vectorOf(past),
  resumptions: vectorOf(struct({ epoch: uint64, secret })),
  waiting: vectorOf(opaque),
  ownUpdates: vectorOf(struct(pair)),
})

export function writeEpoch(epoch: Epoch): Uint8Array {
  const nodes: Node[] = []
  const placeOf = new Map<Node | undefined, number>([[undefined, 0]])
  const placesIn = (tree: RatchetTree): readonly number[] =>
    tree.nodes.map((node) => {
      const known = placeOf.get(node)
      if (known !== undefined) return known
      nodes.push(node!)
      placeOf.set(node, nodes.length)
      return nodes.length
    })
  const written = ({ epoch: number, contextOctets, tree, leaf, messages: secrets }: PastEpoch) => ({
    epoch: number,
    contextOctets,
    places: placesIn(tree),
    leaf,
    messages: secrets,
  })
  const present = written(epoch)
  const earlier = epoch.past.map(written)
  return encode(state, {
    version,
    cipherSuite: epoch.suite.number,
    nodes,
    present,
    keys: [...epoch.keys].map(([node, keys]) => ({ node, ...keys })),
    secrets: secretNames.map((name) => epoch.secrets[name]),
    interimTranscriptHash: epoch.interimTranscriptHash,
    confirmationTag: epoch.confirmationTag,
    past: earlier,
    resumptions: epoch.resumptions,
    waiting: [...epoch.waiting.values()].map(({ message }) => authenticatedOctets(message)),
    ownUpdates: [...epoch.ownUpdates.values()],
  })
}

/**
 * @param written by `writeEpoch`
 * @param sealedSince keys of so many messages of this member are skipped
 * @throws {DecodeError} on other octets; {RangeError} if `host` has another signer than the own leaf
 */
export function readEpoch(written: Uint8Array, host: MlsHost, sealedSince: number): Epoch {
  const value = decode(state, written.slice())
  if (value.version !== version) {
    throw bad(`the state has version ${value.version}; this program reads ${version}`)
  }
  if (!isSuite(value.cipherSuite)) throw bad(`cipher suite ${value.cipherSuite} is not supported`)
  const suite = new Suite(host.crypto, value.cipherSuite)
  const present = pastOf(value.nodes, value.present)
  const signatureKey = present.tree.leaf(present.leaf)?.signatureKey
  if (signatureKey === undefined || !equalOctets(signatureKey, host.signer.publicKey)) {
    throw new RangeError('the signer is not that of the own leaf')
  }
  skipOwnKeys(suite, present, sealedSince)
  return {
    suite,
    ...present,
    context: decode(groupContext, present.contextOctets),
    keys: new Map(value.keys.map(({ node, publicKey, privateKey }) => [node, { publicKey, privateKey }])),
    secrets: secretsFrom(value.secrets),
    interimTranscriptHash: value.interimTranscriptHash,
    confirmationTag: value.confirmationTag,
    past: value.past.map((each) => pastOf(value.nodes, each)),
    resumptions: value.resumptions,
    waiting: new Map(value.waiting.map((each) => waitingEntry(waitingOf(suite, each)))),
    ownUpdates: new Map(value.ownUpdates.map((keys) => [textOf(keys.publicKey), keys])),
  }
}

function skipOwnKeys(suite: Suite, { messages: secrets, leaf }: PastEpoch, count: number): void {
  try {
    for (const name of ['handshake', 'application'] as const) secrets.tree.chain(suite, leaf, name).skip(suite, count)
  } catch (error) {
    throw error instanceof RefusalError ? bad(error.message) : error
  }
}

function pastOf(nodes: readonly Node[], { places: at, ...value }: ValueOf<typeof past>): PastEpoch {
  const { leaves } = value.messages.tree
  // A power of two, whose tree the secrets are for.
  if ((leaves & (leaves - 1)) !== 0 || at.length !== widthOf(leaves) || value.leaf >= leaves) {
    throw bad(`${at.length} nodes and ${leaves} leaves make no tree`)
  }
  const tree = at.map((place, index) => {
    const node = nodes[place - 1]
    if (place !== 0 && (node === undefined || (node.type === 'leaf') !== isLeaf(index))) {
      throw bad(`the node ${place} does not belong at ${index}`)
    }
    return node
  })
  return { ...value, tree: new RatchetTree(tree) }
}

const bad = (problem: string): DecodeError => new DecodeError('bad-value', 0, problem)

function secretsFrom(values: readonly Uint8Array[]): EpochSecrets {
  if (values.length !== secretNames.length) throw bad(`there are ${values.length} secrets, not ${secretNames.length}`)
  const entries = secretNames.map((name, index) => [name, values[index]!] as const)
  return Object.fromEntries(entries) as unknown as EpochSecrets // sound: the names are those of the table
}

const waitingEntry = (kept: WaitingProposal): readonly [string, WaitingProposal] => [textOf(kept.reference), kept]
