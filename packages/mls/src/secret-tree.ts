/**
 * The secret tree (RFC 9420 §9): from one secret of the epoch, two chains of keys for each member. A secret is deleted
 * when those below it are made, and made when a message needs them.
 * @module
 */
import { type Codec, list, octets, struct, uint32 } from '@vagus/wire'
import { hashOctets } from './hkdf.ts'
import { Ratchet, ratchet } from './ratchet.ts'
import { RefusalError } from './refusal.ts'
import type { Suite } from './suite.ts'
import { leftOf, nodeOf, parentOf, rightOf, rootOf } from './tree-math.ts'
import { vector } from './vectors.ts'

export type ChainName = 'handshake' | 'application'

interface Chains {
  readonly handshake: Ratchet
  readonly application: Ratchet
}

const sides = { left: new TextEncoder().encode('left'), right: new TextEncoder().encode('right') } as const

export class SecretTree {
  readonly leaves: number
  /** By node; those above were deleted. */
  readonly #secrets: Map<number, Uint8Array>
  /** By leaf. */
  readonly #chains: Map<number, Chains>

  constructor(
    leaves: number,
    secrets: ReadonlyMap<number, Uint8Array>,
    chains: ReadonlyMap<number, Chains> = new Map(),
  ) {
    this.leaves = leaves
    this.#secrets = new Map(secrets)
    this.#chains = new Map(chains)
  }

  static of(leaves: number, encryptionSecret: Uint8Array): SecretTree {
    return new SecretTree(leaves, new Map([[rootOf(leaves), encryptionSecret]]))
  }

  /** The chain of the member at `leaf`, which is in the tree. */
  chain(suite: Suite, leaf: number, name: ChainName): Ratchet {
    let chains = this.#chains.get(leaf)
    if (chains === undefined) {
      const secret = this.#take(suite, nodeOf(leaf))
      chains = {
        handshake: new Ratchet(suite.deriveSecret(secret, 'handshake')),
        application: new Ratchet(suite.deriveSecret(secret, 'application')),
      }
      this.#chains.set(leaf, chains)
    }
    return chains[name]
  }

  #take(suite: Suite, node: number): Uint8Array {
    const there = this.#secrets.get(node)
    if (there !== undefined) {
      this.#secrets.delete(node)
      return there
    }
    if (node === rootOf(this.leaves)) throw new RefusalError('decrypt', 'the secrets of the epoch are deleted')
    const parent = parentOf(node)
    const above = this.#take(suite, parent)
    const left = suite.expandWithLabel(above, 'tree', sides.left, hashOctets)
    const right = suite.expandWithLabel(above, 'tree', sides.right, hashOctets)
    const isLeft = node === leftOf(parent)
    this.#secrets.set(isLeft ? rightOf(parent) : leftOf(parent), isLeft ? right : left)
    return isLeft ? left : right
  }

  fields() {
    return {
      leaves: this.leaves,
      secrets: [...this.#secrets].map(([node, secret]) => ({ node, secret })),
      chains: [...this.#chains].map(([leaf, chains]) => ({ leaf, ...chains })),
    }
  }
}

const fields = struct({
  leaves: uint32,
  secrets: vector(list(struct({ node: uint32, secret: octets(hashOctets) }))),
  chains: vector(list(struct({ leaf: uint32, handshake: ratchet, application: ratchet }))),
})

export const secretTree: Codec<SecretTree> = {
  read(r) {
    const { leaves, secrets, chains } = fields.read(r)
    return new SecretTree(
      leaves,
      new Map(secrets.map(({ node, secret }) => [node, secret.slice()])),
      new Map(chains.map(({ leaf, handshake, application }) => [leaf, { handshake, application }])),
    )
  },
  write: (w, value) => fields.write(w, value.fields()),
}
