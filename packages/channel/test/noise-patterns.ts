/** The patterns of Noise revision 34 (§7.4, §7.5, §18.1) beside the two that we use, for the public vectors. */
import type { Pattern, Token } from '../src/index.ts'

/** Messages are divided by "/"; what stands before "..." says whose static key is known: i, r or both. */
const table: Readonly<Record<string, string>> = {
  N: 'r ... e es',
  K: 'i r ... e es ss',
  X: 'r ... e es s ss',
  NN: 'e / e ee',
  NK: 'r ... e es / e ee',
  NX: 'e / e ee s es',
  KN: 'i ... e / e ee se',
  KK: 'i r ... e es ss / e ee se',
  KX: 'i ... e / e ee se s es',
  XN: 'e / e ee / s se',
  XK: 'r ... e es / e ee / s se',
  XX: 'e / e ee s es / s se',
  IN: 'e s / e ee se',
  IK: 'r ... e es s ss / e ee se',
  IX: 'e s / e ee se s es',
  NK1: 'r ... e / e ee es',
  NX1: 'e / e ee s / es',
  X1N: 'e / e ee / s / se',
  X1K: 'r ... e es / e ee / s / se',
  XK1: 'r ... e / e ee es / s se',
  X1K1: 'r ... e / e ee es / s / se',
  X1X: 'e / e ee s es / s / se',
  XX1: 'e / e ee s / es s se',
  X1X1: 'e / e ee s / es s / se',
  K1N: 'i ... e / e ee / se',
  K1K: 'i r ... e es / e ee / se',
  KK1: 'i r ... e / e ee se es',
  K1K1: 'i r ... e / e ee es / se',
  K1X: 'i ... e / e ee s es / se',
  KX1: 'i ... e / e ee se s / es',
  K1X1: 'i ... e / e ee s / se es',
  I1N: 'e s / e ee / se',
  I1K: 'r ... e es s / e ee / se',
  IK1: 'r ... e s / e ee se es',
  I1K1: 'r ... e s / e ee es / se',
  I1X: 'e s / e ee s es / se',
  IX1: 'e s / e ee se s / es',
  I1X1: 'e s / e ee s / se es',
}

/** The pattern of a name such as `IKpsk0+psk2`: psk0 stands before the first message, pskN at the end of message N. */
export function patternOf(name: string): Pattern {
  const [, base, modifiers] = /^([A-Z0-9]+)((?:\+?psk\d)*)$/.exec(name)!
  const text = table[base!]!
  const [known, messages] = text.includes('...') ? text.split(' ... ') : ['', text]
  const tokens = messages!.split(' / ').map((message) => message.split(' ') as Token[])
  for (const [, place] of modifiers!.matchAll(/psk(\d)/g)) {
    if (place === '0') tokens[0]!.unshift('psk')
    else tokens[Number(place) - 1]!.push('psk')
  }
  return {
    name,
    known: known === '' ? [] : known!.split(' ').map((side) => (side === 'i' ? 'initiator' : 'responder')),
    messages: tokens,
  }
}
