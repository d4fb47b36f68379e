/**
 * Handshake patterns of the Noise Protocol Framework (revision 34, §7) and of its extension for hybrid forward secrecy
 * (noise_hfs, §5): e1 sends a KEM key, ekem1 answers with a ciphertext for it. The initiator sends "->", the responder
 * "<-":
 *
 *   XX    -> e                   IK    <- s                    the hybrids: e1 as soon as it can be
 *         <- e, ee, s, es              ...                     encrypted, ekem1 behind the first ee
 *         -> s, se                     -> e, es, s, ss
 *                                      <- e, ee, se
 * @module
 */

export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk' | 'e1' | 'ekem1'

export interface Pattern {
  readonly name: string
  /** Whose static key the other side knows beforehand. */
  readonly known: readonly ('initiator' | 'responder')[]
  /** In order; the initiator sends the first. */
  readonly messages: readonly (readonly Token[])[]
}

export const patterns = {
  XX: { name: 'XX', known: [], messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']] },
  IK: {
    name: 'IK',
    known: ['responder'],
    messages: [
      ['e', 'es', 's', 'ss'],
      ['e', 'ee', 'se'],
    ],
  },
  XXhfs: {
    name: 'XXhfs',
    known: [],
    messages: [
      ['e', 'e1'],
      ['e', 'ee', 'ekem1', 's', 'es'],
      ['s', 'se'],
    ],
  },
  IKhfs: {
    name: 'IKhfs',
    known: ['responder'],
    messages: [
      ['e', 'es', 'e1', 's', 'ss'],
      ['e', 'ee', 'ekem1', 'se'],
    ],
  },
} as const satisfies Record<string, Pattern>
