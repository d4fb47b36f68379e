/** One member's view of a group in one epoch (RFC 9420). @module */
import type { Signer } from '@vagus/identity'
import type { Credential, CredentialValidator } from './credential.ts'
import type { MlsLimits } from './limits.ts'
import type { MlsCrypto } from './ports.ts'
import type { Refused } from './refusal.ts'

/** What one agent brings to all its groups. */
export interface MlsHost {
  readonly crypto: MlsCrypto
  /** Signs what this agent sends; its public key stands in this agent's leaf. */
  readonly signer: Signer
  readonly validate: CredentialValidator
  /** The external pre-shared key with this id; `undefined` if it is not here. */
  readonly psk?: (id: Uint8Array) => Uint8Array | undefined
  readonly limits?: Partial<MlsLimits>
}

export interface Extension {
  readonly type: number
  readonly data: Uint8Array
}

export interface Member {
  /** The index of its leaf. Another member may get it once this one is removed. */
  readonly leaf: number
  readonly credential: Credential
  readonly signatureKey: Uint8Array
}

/** What a member proposes. */
export type Change =
  /** @param keyPackage the message that `createKeyPackage` gave the new member */
  | { readonly type: 'add'; readonly keyPackage: Uint8Array }
  | { readonly type: 'remove'; readonly leaf: number }
  /** Fresh keys for the own leaf. Only in a proposal: a commit with a path has it anyway. */
  | { readonly type: 'update' }
  /** Mixes the external pre-shared key `id` into the next epoch. */
  | { readonly type: 'psk'; readonly id: Uint8Array }
  /** Mixes the secret of an earlier epoch of this group into the next. */
  | { readonly type: 'resumption'; readonly epoch: bigint }
  /** Replaces the extensions of the group. */
  | { readonly type: 'extensions'; readonly extensions: readonly Extension[] }

export interface CommitOptions {
  /** Proposed and committed at once. */
  readonly changes?: readonly Change[]
  /** Which of the proposals received in this epoch: `all` that may be committed together (default), or `none`. */
  readonly received?: 'all' | 'none'
  /** Fresh keys for the own leaf and its ancestors: `always` (default), or where RFC 9420 §12.4 requires it. */
  readonly path?: 'always' | 'if-required'
  /** Encrypted (default), or readable for whoever carries it. */
  readonly form?: 'private' | 'public'
  /** Whether the welcome carries the tree (default), or `Group.tree` is brought to the new members otherwise. */
  readonly tree?: 'in-welcome' | 'apart'
  readonly authenticatedData?: Uint8Array
  /** 32 fresh random octets, never used twice. */
  readonly random: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
}

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

/** What a commit did. */
export interface Changes {
  readonly added: readonly Member[]
  /** As they were before. */
  readonly removed: readonly Member[]
  /** As they are now, the committer included if it sent a path. */
  readonly updated: readonly Member[]
  /** Whether the committer came in by this commit (an external commit, §12.4.3.2). */
  readonly external: boolean
}

export type Received =
  | {
      readonly type: 'application'
      readonly data: Uint8Array
      readonly authenticatedData: Uint8Array
      /** As it was in the epoch of the message. */
      readonly sender: Member
      readonly epoch: bigint
      /** The place of the message among those of its sender in its epoch, from 0. */
      readonly generation: number
    }
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

/**
 * A group in one epoch. What ends the epoch gives the next `Group` and leaves this one as it was, so that of two commits
 * of one epoch either can be followed. Inside the epoch, messages change it in place: their keys are deleted.
 */
export declare class Group {
  readonly id: Uint8Array
  readonly epoch: bigint
  /** The own leaf. */
  readonly leaf: number
  readonly memberCount: number
  /** Differs between epochs, also between two that follow from the same one (§8.7). 32 octets; not secret. */
  readonly epochAuthenticator: Uint8Array
  readonly extensions: readonly Extension[]
  /** By leaf, ascending. */
  members(): readonly Member[]
  member(leaf: number): Member | undefined
  /** A secret of this epoch for another use (§8.5), `length` octets. */
  exportSecret(label: string, context: Uint8Array, length: number): Uint8Array
  /**
   * An application message to all members.
   * @param how.random 4 fresh random octets
   * @param how.padTo octets: the content is filled up with zeros to a multiple of it (default 1)
   */
  seal(
    data: Uint8Array,
    how: { readonly random: Uint8Array; readonly authenticatedData?: Uint8Array; readonly padTo?: number },
  ): Uint8Array
  /** A proposal for whoever commits next; this group keeps it as if it had come from another. */
  propose(
    change: Change,
    how: { readonly random: Uint8Array; readonly now: number; readonly form?: 'private' | 'public' },
  ): { readonly type: 'proposed'; readonly message: Uint8Array; readonly reference: Uint8Array } | Refused
  /** Begins the next epoch. */
  commit(options: CommitOptions): Committed | Refused
  /** Takes any message of the group. A refused one changes nothing. @param now milliseconds since 1970 */
  receive(message: Uint8Array, now: number): Received
  /** The proposals of others and of this member that wait for a commit. */
  waitingProposals(): readonly { readonly reference: Uint8Array; readonly sender: Member | 'outside' }[]
  /** What somebody needs who joins by an external commit, signed by this member; with the tree inside by default. */
  groupInfo(tree?: 'inside' | 'apart'): Uint8Array
  /** The ratchet tree, for those who join without it in their welcome. */
  tree(): Uint8Array
  /** All of this group, with its secrets, for `readGroup`; the signing key is not in it. */
  write(): Uint8Array
}

export interface OwnKeyPackage {
  /** For others, who add this agent by it. */
  readonly message: Uint8Array
  /** What `joinGroup` needs, with private keys. Deleted after the join. */
  readonly secrets: Uint8Array
}

/** A key package (§10), for one join. */
export declare function createKeyPackage(
  host: MlsHost,
  how: {
    readonly credential: Credential
    /** Milliseconds since 1970; on the wire they are seconds. */
    readonly notBefore: number
    readonly notAfter: number
    /** 32 fresh random octets. */
    readonly random: Uint8Array
  },
): OwnKeyPackage

/** A group of one. */
export declare function createGroup(
  host: MlsHost,
  how: {
    readonly id: Uint8Array
    readonly credential: Credential
    readonly notBefore: number
    readonly notAfter: number
    readonly extensions?: readonly Extension[]
    /** 32 fresh random octets. */
    readonly random: Uint8Array
  },
): Group

/** Joins by a welcome (§12.4.3.1). The group is as after the commit that added this agent. */
export declare function joinGroup(
  host: MlsHost,
  how: {
    readonly welcome: Uint8Array
    /** The `secrets` of the key packages that this agent has given out. */
    readonly keyPackages: readonly Uint8Array[]
    /** Where the welcome does not carry it. */
    readonly tree?: Uint8Array
    readonly now: number
  },
): { readonly type: 'joined'; readonly group: Group; readonly usedKeyPackage: Uint8Array } | Refused

/**
 * Joins without being asked for (§12.4.3.2): for members that were away. A leaf with the same credential is removed by
 * the same commit.
 */
export declare function joinExternally(
  host: MlsHost,
  how: {
    readonly groupInfo: Uint8Array
    readonly tree?: Uint8Array
    readonly credential: Credential
    readonly psks?: readonly Uint8Array[]
    readonly random: Uint8Array
    readonly now: number
  },
): { readonly type: 'joined'; readonly group: Group; readonly message: Uint8Array } | Refused

/**
 * A group that `write` wrote.
 * @param how.sealedSince at most how many messages this member sealed after it wrote: their keys are skipped, because a
 *   key must not be used twice
 * @throws {DecodeError} on other octets; {RangeError} if the signer of `host` is not that of the own leaf
 */
export declare function readGroup(octets: Uint8Array, host: MlsHost, how: { readonly sealedSince: number }): Group
