/** The private keys that one member has: of its leaf, and of parents above it (RFC 9420 §4.2). @module */
import type { KeyPair } from './hpke.ts'

/** By node. Never changed in place: each epoch has its own. */
export type PathKeys = ReadonlyMap<number, KeyPair>
