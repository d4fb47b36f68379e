/**
 * An epoch as octets, for a file: with its secrets, and without the signing key. Trees of past epochs share most of
 * their nodes with the present one, so each node is written once.
 * @module
 */
import { decode, DecodeError, encode, struct, uint16, uint32, uint64, type ValueOf } from '@vagus/wire'
import { authenticatedOctets } from './content.ts'
import type { Epoch, PastEpoch, WaitingProposal } from './epoch.ts'
import { groupContext } from './group-context.ts'
import type { MlsHost } from './host.ts'
import { suiteOf } from './join.ts'
import { type EpochSecrets, secretNames } from './key-schedule.ts'
import { equalOctets, textOf } from './octets.ts'
import { waitingOf } from './receive.ts'
import { type Node, RatchetTree } from './ratchet-tree.ts'
import { secretTree } from './secret-tree.ts'
import { treeNode } from './tree-octets.ts'
import { opaque, vectorOf } from './vectors.ts'

/** Of the form below. */
const version = 1

/** A tree as places in the list of nodes, counted from 1; 0 is blank. */
const places = vectorOf(uint32)
const pair = { publicKey: opaque, privateKey: opaque }
const messages = struct({ senderData: opaque, tree: secretTree })
const past = struct({ epoch: uint64, contextOctets: opaque, places, leaf: uint32, messages })
const state = struct({
  version: uint16,
  cipherSuite: uint16,
  nodes: vectorOf(treeNode),
  present: past,
  keys: vectorOf(struct({ node: uint32, ...pair })),
  secrets: vectorOf(opaque),
  interimTranscriptHash: opaque,
  confirmationTag: opaque,
  past: vectorOf(past),
  resumptions: vectorOf(struct({ epoch: uint64, secret: opaque })),
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
 * @param sealedSince keys of so many messages of this member are skipped
 * @throws {DecodeError} on other octets; {RangeError} if `host` has another signer than the own leaf
 */
export function readEpoch(octets: Uint8Array, host: MlsHost, sealedSince: number): Epoch {
  const value = decode(state, octets.slice())
  if (value.version !== version) {
    throw new DecodeError('bad-value', 0, `the state has version ${value.version}; this program reads ${version}`)
  }
  const suite = suiteOf(host, value.cipherSuite)
  const present = pastOf(value.nodes, value.present)
  const signatureKey = present.tree.leaf(present.leaf)?.signatureKey
  if (signatureKey === undefined || !equalOctets(signatureKey, host.signer.publicKey)) {
    throw new RangeError('the signer is not that of the own leaf')
  }
  for (const name of ['handshake', 'application'] as const)
    present.messages.tree.chain(suite, present.leaf, name).skip(suite, sealedSince)
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

function pastOf(nodes: readonly Node[], { places: at, ...value }: ValueOf<typeof past>): PastEpoch {
  const tree = at.map((place) => {
    if (place > nodes.length) throw new DecodeError('bad-value', 0, `there is no node ${place}`)
    return place === 0 ? undefined : nodes[place - 1]
  })
  return { ...value, tree: new RatchetTree(tree) }
}

function secretsFrom(values: readonly Uint8Array[]): EpochSecrets {
  if (values.length !== secretNames.length) throw new DecodeError('bad-value', 0, `there are ${values.length} secrets`)
  const entries = secretNames.map((name, index) => [name, values[index]!] as const)
  return Object.fromEntries(entries) as unknown as EpochSecrets // sound: the names are those of the table
}

const waitingEntry = (kept: WaitingProposal): readonly [string, WaitingProposal] => [textOf(kept.reference), kept]
