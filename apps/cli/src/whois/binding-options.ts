/** Options that say what another network calls an agent. @module */
import { type BindingKind, bindingProblem, serialHash } from '@vagus/identity'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options, ValuesOf } from '../option.ts'

export const bindingOptions = {
  spiffe: { type: 'text', value: 'URI', description: 'its SPIFFE ID, such as spiffe://example.org/writer' },
  serial: { type: 'text', value: 'NUMBER', description: 'serial number of its box; a hash of it is published' },
  gpsi: { type: 'text', value: 'GPSI', description: 'its number in a mobile network, such as msisdn-4915112345678' },
  operator: { type: 'text', value: 'TOKEN', description: 'what an operator of a network gave instead of a number' },
  matter: { type: 'text', value: 'NODE', description: 'FABRIC/NODE of Matter, 16 hexadecimal digits each' },
  did: { type: 'text', value: 'DID', description: 'another DID of it, such as did:web:example.com' },
  ans: { type: 'text', value: 'NAME', description: 'its ANS name, such as ans://v1.0.0.writer.example.com' },
  mac: { type: 'text', value: 'MAC', description: 'its MAC address; proves nothing' },
  ip: { type: 'text', value: 'PREFIX', description: 'its address or prefix; proves nothing' },
} as const satisfies Options & Readonly<Record<BindingKind, unknown>>

export interface Named {
  readonly kind: BindingKind
  readonly value: string
}

/** Those that are given. @throws {Failure} usage, with what would be right */
export function namedBindings(values: ValuesOf<typeof bindingOptions>): readonly Named[] {
  return (Object.keys(bindingOptions) as BindingKind[]).flatMap((kind): Named[] => {
    const given = values[kind]
    if (given === undefined) return []
    const value = kind === 'serial' ? serialHash(given) : kind === 'mac' ? given.toLowerCase() : given
    const problem = bindingProblem(kind, value)
    if (problem === undefined) return [{ kind, value }]
    throw new Failure(exitCode.usage, `--${kind}: ${problem}`, 'see: vagus id bind --help')
  })
}
