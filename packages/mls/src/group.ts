/** One member's view of a group in one epoch (RFC 9420). @module */
import { encode } from '@vagus/wire'
import { type Change, proposalOf } from './change.ts'
import { type CommitOptions, createCommit } from './create-commit.ts'
import { groupInfoOf } from './create-welcome.ts'
import { Draws } from './draws.ts'
import { type Epoch, epochOf, nothingKept } from './epoch.ts'
import { type Extension, isDefaultExtension } from './extension.ts'
import { type ExternalOptions, joinByCommit } from './external.ts'
import { groupContext } from './group-context.ts'
import type { MlsHost } from './host.ts'
import { joinByWelcome, type WelcomeOptions } from './join.ts'
import { exportedSecret, secretsOf } from './key-schedule.ts'
import { mls10, signLeaf } from './leaf-node.ts'
import { type Changes, type Member, memberOf } from './member.ts'
import { messageOctets } from './message.ts'
import { noOctets } from './octets.ts'
import { leafDraftOf, type LeafOptions, usualSuite } from './own-key-package.ts'
import { processCommit } from './process-commit.ts'
import { type Form, protectedOctets, signedBy } from './protect.ts'
import { RatchetTree } from './ratchet-tree.ts'
import { type ApplicationMessage, keepProposal, openMessage } from './receive.ts'
import { type Refused, settle } from './refusal.ts'
import { readEpoch, writeEpoch } from './state.ts'
import { Suite } from './suite.ts'
import { interimHashOf } from './transcript.ts'
import { treeOctets } from './tree-octets.ts'

export interface Committed {
  readonly type: 'committed'
  /** For all members of this epoch. */
  readonly message: Uint8Array
  /** For all whom the commit adds; `undefined` if it adds nobody. */
  readonly welcome: Uint8Array | undefined
  /** The group after this commit, once it is sure that no other commit of this epoch counts. */
  readonly next: Group
  readonly changes: Changes
}

export type Received =
  | ({ readonly type: 'application' } & ApplicationMessage)
  /** Kept until the end of the epoch, for a commit by reference. */
  | { readonly type: 'proposal'; readonly sender: Member | 'outside'; readonly reference: Uint8Array }
  | {
      readonly type: 'commit'
      /** The group after the commit. This one stays as it is, and can take another commit instead. */
      readonly next: Group
      /** The committer, as it is in the next epoch. */
      readonly sender: Member
      readonly changes: Changes
      readonly authenticatedData: Uint8Array
    }
  /** The commit removes this member: there is no next epoch for it. */
  | { readonly type: 'removed'; readonly sender: Member }
  | Refused

export interface Waiting {
  readonly reference: Uint8Array
  readonly sender: Member | 'outside'
}

/**
 * A group in one epoch. What ends the epoch gives the next `Group` and leaves this one as it was, so that of two commits
 * of one epoch either can be followed. Inside the epoch, messages change it in place: their keys are deleted.
 */
export class Group {
  readonly #epoch: Epoch
  readonly #host: MlsHost

  /** By `createGroup`, `joinGroup`, `joinExternally` or `readGroup`. */
  constructor(epoch: Epoch, host: MlsHost) {
    this.#epoch = epoch
    this.#host = host
  }

  get id(): Uint8Array {
    return this.#epoch.context.groupId
  }

  get epoch(): bigint {
    return this.#epoch.epoch
  }

  /** The own leaf. */
  get leaf(): number {
    return this.#epoch.leaf
  }

  get memberCount(): number {
    return this.#epoch.tree.memberCount
  }

  /** Differs between epochs, also between two that follow from the same one (§8.7). 32 octets; not secret. */
  get epochAuthenticator(): Uint8Array {
    return this.#epoch.secrets.authenticator
  }

  get extensions(): readonly Extension[] {
    return this.#epoch.context.extensions
  }

  /** By leaf, ascending. */
  members(): readonly Member[] {
    return Array.from(this.#epoch.tree.members(), ([leaf, node]) => memberOf(leaf, node))
  }

  member(leaf: number): Member | undefined {
    const node = this.#epoch.tree.leaf(leaf)
    return node && memberOf(leaf, node)
  }

  /** A secret of this epoch for another use (§8.5), `length` octets. */
  exportSecret(label: string, context: Uint8Array, length: number): Uint8Array {
    return exportedSecret(this.#epoch.suite, this.#epoch.secrets, label, context, length)
  }

  /**
   * An application message to all members.
   * @param how.random 4 fresh random octets
   * @param how.padTo octets: the content is filled up with zeros to a multiple of it (default 1)
   */
  seal(
    data: Uint8Array,
    how: { readonly random: Uint8Array; readonly authenticatedData?: Uint8Array; readonly padTo?: number },
  ): Uint8Array {
    const { random, authenticatedData, padTo } = how
    if (random.length < 4) throw new RangeError(`"random" must have 4 octets, got ${random.length}`)
    const signed = signedBy(this.#epoch, this.#host.signer, 'private', { type: 'application', data }, authenticatedData)
    return protectedOctets(this.#epoch, signed, random, padTo)
  }

  /**
   * A proposal for whoever commits next; this group keeps it as if it had come from another.
   * @param how.random 32 fresh random octets
   * @param how.now milliseconds since 1970
   */
  propose(
    change: Change,
    how: { readonly random: Uint8Array; readonly now: number; readonly form?: Form },
  ): { readonly type: 'proposed'; readonly message: Uint8Array; readonly reference: Uint8Array } | Refused {
    return settle(() => {
      const draws = new Draws(this.#host.crypto, how.random)
      const proposal = proposalOf(this.#epoch, this.#host, change, draws)
      const signed = signedBy(this.#epoch, this.#host.signer, how.form ?? 'private', { type: 'proposal', proposal })
      const { reference } = keepProposal(this.#epoch, this.#host, signed, how.now)
      return { type: 'proposed', message: protectedOctets(this.#epoch, signed, draws.next()), reference }
    })
  }

  /** Begins the next epoch. */
  commit(options: CommitOptions): Committed | Refused {
    return settle(() => {
      const { next, ...created } = createCommit(this.#epoch, this.#host, options)
      const host = { ...this.#host, signer: options.signer ?? this.#host.signer }
      return { type: 'committed', ...created, next: new Group(next, host) }
    })
  }

  /** Takes any message of the group. A refused one changes nothing. @param now milliseconds since 1970 */
  receive(message: Uint8Array, now: number): Received {
    return settle(() => this.#receive(message, now))
  }

  #receive(octets: Uint8Array, now: number): Received {
    const opened = openMessage(this.#epoch, this.#host, octets)
    if (opened.type === 'application') return { type: 'application', ...opened.message }
    const { message, use } = opened
    const { body, sender, authenticatedData } = message.content
    if (body.type !== 'commit') {
      const { reference } = keepProposal(this.#epoch, this.#host, message, now)
      use()
      return { type: 'proposal', sender: this.#senderOf(sender), reference }
    }
    const processed = processCommit(this.#epoch, this.#host, message, body.commit, now)
    if (processed.type === 'removed') return processed
    const { next, changes } = processed
    return {
      type: 'commit',
      next: new Group(next, this.#host),
      sender: processed.sender,
      changes,
      authenticatedData: authenticatedData.slice(),
    }
  }

  #senderOf(sender: { readonly type: string; readonly leaf?: number }): Member | 'outside' {
    return sender.leaf === undefined ? 'outside' : this.member(sender.leaf)!
  }

  /** The proposals of others and of this member that wait for a commit. */
  waitingProposals(): readonly Waiting[] {
    return Array.from(this.#epoch.waiting.values(), ({ reference, sender }) => ({
      reference,
      sender: this.#senderOf(sender),
    }))
  }

  /** What somebody needs who joins by an external commit, signed by this member; with the tree inside by default. */
  groupInfo(tree: 'inside' | 'apart' = 'inside'): Uint8Array {
    const content = groupInfoOf(this.#epoch, this.#host, tree, 'external commit')
    return messageOctets({ type: 'groupInfo', content })
  }

  /** The ratchet tree, for those who join without it in their welcome. */
  tree(): Uint8Array {
    return treeOctets(this.#epoch.tree)
  }

  /** All of this group, with its secrets, for `readGroup`; the signing key is not in it. */
  write(): Uint8Array {
    return writeEpoch(this.#epoch)
  }
}

export interface GroupOptions extends LeafOptions {
  readonly id: Uint8Array
  readonly extensions?: readonly Extension[]
  /** 32 fresh random octets. */
  readonly random: Uint8Array
}

/** A group of one (§11). @throws {RangeError} on an extension that `host` does not know */
export function createGroup(host: MlsHost, how: GroupOptions): Group {
  const suite = new Suite(host.crypto, usualSuite)
  const draws = new Draws(host.crypto, how.random)
  const pair = suite.hpke.keyPairOf(draws.next())
  const extensions = how.extensions ?? []
  const unknown = extensions.find(({ type }) => !isDefaultExtension(type) && !host.extensions?.includes(type))
  if (unknown !== undefined) throw new RangeError(`"host.extensions" has not the type ${unknown.type}`)
  const tree = new RatchetTree([signLeaf(suite, host.signer, leafDraftOf(host, pair.publicKey, how))])
  const context = {
    version: mls10,
    cipherSuite: suite.number,
    groupId: how.id.slice(),
    epoch: 0n,
    treeHash: tree.hash(suite),
    confirmedTranscriptHash: noOctets,
    extensions,
  }
  const contextOctets = encode(groupContext, context)
  const { secrets, encryption } = secretsOf(suite, draws.next())
  const confirmationTag = suite.mac(secrets.confirmation, noOctets)
  const interimTranscriptHash = interimHashOf(suite, noOctets, confirmationTag)
  const first = { context, contextOctets, secrets, encryption, confirmationTag, interimTranscriptHash }
  return new Group(epochOf(suite, first, tree, 0, new Map([[0, pair]]), nothingKept), host)
}

/** Joins by a welcome (§12.4.3.1). The group is as after the commit that added this agent. */
export function joinGroup(
  host: MlsHost,
  how: WelcomeOptions,
): { readonly type: 'joined'; readonly group: Group; readonly usedKeyPackage: Uint8Array } | Refused {
  return settle(() => {
    const { epoch, usedKeyPackage } = joinByWelcome(host, how)
    return { type: 'joined', group: new Group(epoch, host), usedKeyPackage }
  })
}

/**
 * Joins without being asked for (§12.4.3.2): for members that were away. A leaf with the same credential is removed by
 * the same commit.
 */
export function joinExternally(
  host: MlsHost,
  how: ExternalOptions,
): { readonly type: 'joined'; readonly group: Group; readonly message: Uint8Array } | Refused {
  return settle(() => {
    const { epoch, message } = joinByCommit(host, how)
    return { type: 'joined', group: new Group(epoch, host), message }
  })
}

/**
 * A group that `write` wrote.
 * @param how.sealedSince at most how many messages this member sealed after it wrote: their keys are skipped, because a
 *   key must not be used twice
 * @throws {DecodeError} on other octets, as far as that can be seen: who reads files of others checks them first
 * @throws {RangeError} if the signer of `host` is not that of the own leaf
 */
export function readGroup(octets: Uint8Array, host: MlsHost, how: { readonly sealedSince: number }): Group {
  return new Group(readEpoch(octets, host, how.sealedSince), host)
}
