/**
 * How far a group lets others make it grow. What is beyond a limit is refused with the code `limit`, and the group
 * stays as it was; tables that hold the newest drop the oldest, as each line says.
 * @module
 */

export interface MlsLimits {
  /** Leaves of a tree, blank ones included. */
  readonly leaves: number
  /** Octets of one message. A commit to 1,000 members whose parents are all blank has 83,000; with new members, more. */
  readonly messageOctets: number
  /** Octets of all extensions of one leaf, key package or group. */
  readonly extensionOctets: number
  /** Proposals of one commit, and those kept for a commit by reference in one epoch. */
  readonly proposals: number
  /** By how many messages one sender may be ahead of what has come from it in this epoch. Each costs two hashes. */
  readonly generationsAhead: number
  /** Keys kept for messages of one sender that have not come yet; at the limit the oldest is deleted. */
  readonly keysAside: number
  /** Earlier epochs whose application messages can still be opened; at the limit the oldest is deleted. */
  readonly pastEpochs: number
  /** Resumption secrets of earlier epochs; at the limit the oldest is deleted. */
  readonly resumptionSecrets: number
  /** Milliseconds that a lifetime may reach from beginning to end (RFC 9420 §7.2): a key package is not for ever. */
  readonly lifetime: number
}

const day = 86_400_000

export const defaultLimits: MlsLimits = {
  leaves: 16_384,
  messageOctets: 16 << 20,
  extensionOctets: 16_384,
  proposals: 4096,
  generationsAhead: 1024,
  keysAside: 1024,
  pastEpochs: 4,
  resumptionSecrets: 8,
  lifetime: 400 * day,
}
