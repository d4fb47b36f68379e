/** The working group's test vectors (mlswg/mls-implementations), those of cipher suite 1. */
import { readFileSync } from 'node:fs'
import { describe } from 'node:test'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { mlsCrypto } from '../../transport/src/index.ts'
import { Suite } from '../src/suite.ts'

export const suite = new Suite(mlsCrypto, 1)
export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

interface TreeMath {
  n_leaves: number
  n_nodes: number
  root: number
  left: (number | null)[]
  right: (number | null)[]
  parent: (number | null)[]
  sibling: (number | null)[]
}

interface Basics {
  ref_hash: { label: string; value: string; out: string }
  expand_with_label: { secret: string; label: string; context: string; length: number; out: string }
  derive_secret: { secret: string; label: string; out: string }
  derive_tree_secret: { secret: string; label: string; generation: number; length: number; out: string }
  sign_with_label: { priv: string; pub: string; content: string; label: string; signature: string }
  encrypt_with_label: {
    priv: string
    pub: string
    label: string
    context: string
    plaintext: string
    kem_output: string
    ciphertext: string
  }
}

interface Leaf {
  generation: number
  application_key: string
  application_nonce: string
  handshake_key: string
  handshake_nonce: string
}

interface Schedule {
  group_id: string
  initial_init_secret: string
  epochs: (Record<string, string> & { exporter: { label: string; context: string; length: number; secret: string } })[]
}

interface Psks {
  psks: { psk_id: string; psk: string; psk_nonce: string }[]
  psk_secret: string
}

interface Transcript {
  confirmation_key: string
  authenticated_content: string
  interim_transcript_hash_before: string
  confirmed_transcript_hash_after: string
  interim_transcript_hash_after: string
}

interface Welcome {
  init_priv: string
  key_package: string
  signer_pub: string
  welcome: string
}

interface Protection {
  group_id: string
  epoch: number
  tree_hash: string
  confirmed_transcript_hash: string
  signature_priv: string
  signature_pub: string
  encryption_secret: string
  sender_data_secret: string
  membership_key: string
  proposal: string
  proposal_pub: string
  proposal_priv: string
  commit: string
  commit_pub: string
  commit_priv: string
  application: string
  application_priv: string
}

interface Operation {
  tree_before: string
  proposal: string
  proposal_sender: number
  tree_after: string
  tree_hash_before: string
  tree_hash_after: string
}

export interface TreeKem {
  group_id: string
  epoch: number
  confirmed_transcript_hash: string
  ratchet_tree: string
  leaves_private: {
    index: number
    encryption_priv: string
    signature_priv: string
    path_secrets: { node: number; path_secret: string }[]
  }[]
  update_paths: {
    sender: number
    update_path: string
    path_secrets: (string | null)[]
    commit_secret: string
    tree_hash_after: string
  }[]
}

export interface Passive {
  external_psks: { psk_id: string; psk: string }[]
  key_package: string
  signature_priv: string
  encryption_priv: string
  init_priv: string
  welcome: string
  ratchet_tree: string | null
  initial_epoch_authenticator: string
  epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[]
}

/** What a vector of each family has: octets in hexadecimal. */
interface Families {
  deserialization: { vlbytes_header: string; length: number }
  'tree-math': TreeMath
  'crypto-basics': Basics
  'secret-tree': { encryption_secret: string; leaves: Leaf[][] }
  'key-schedule': Schedule
  psk_secret: Psks
  'transcript-hashes': Transcript
  welcome: Welcome
  'message-protection': Protection
  'tree-operations': Operation
  'tree-validation': { tree: string; group_id: string; tree_hashes: string[]; resolutions: number[][] }
  treekem: TreeKem
  'passive-client-welcome': Passive
  'passive-client-handling-commit': Passive
  'passive-client-random': Passive
  messages: Record<string, string>
}

/** Calls `check` with the vectors of `family` that are of suite 1, or of none. @param wanted how many there are */
export function eachVector<Family extends keyof Families>(
  family: Family,
  wanted: number,
  check: (vectors: readonly Families[Family][]) => void,
): void {
  const file = `vectors/mls/${family}.json`
  void describe(`the vectors of ${family}`, { skip: needsData(file) }, () => {
    if (needsData(file) !== false) return
    const all = JSON.parse(readFileSync(dataPath(file), 'utf8')) as readonly (Families[Family] & {
      cipher_suite?: unknown
    })[]
    const ours = all.filter(({ cipher_suite: number }) => number === undefined || number === 1)
    if (ours.length < wanted) throw new Error(`${file} has ${ours.length} vectors of suite 1, not ${wanted}`)
    check(ours)
  })
}
