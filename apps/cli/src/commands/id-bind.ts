/** `vagus id bind NAME`: says in the agent's document what other networks call it. @module */
import { attestedBinding, type Binding, maxBindings, verifyAttestation } from '@vagus/identity'
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { identityResource, identityText } from '../identity-text.ts'
import { jsonText } from '../json.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { signedText } from '../signed-text.ts'
import { printable } from '../table.ts'
import { bindingOptions, namedBindings } from '../whois/binding-options.ts'

const options = {
  ...bindingOptions,
  attested: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'files of "vagus id attest": what a third party says of it',
  },
  holds: { type: 'duration', value: 'TIME', default: '90d', description: 'how long what is given here holds' },
  remove: { type: 'flag', description: 'take out what is given here' },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id bind',
  summary: 'say what other networks call an agent, in its document',
  effect: 'rw',
  examples: [
    { line: 'vagus id bind writer --spiffe spiffe://example.org/writer', does: 'a claim, for 90 days' },
    { line: 'vagus id bind writer --attested spiffe.jws', does: 'what a third party signed' },
    { line: 'vagus id bind writer --serial A-1017 --remove', does: 'no longer' },
  ],
  arguments: [{ name: 'NAME', description: 'an agent of this host', presence: 'required' }],
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, words, terminal } = call
      const name = words[0]!
      const now = Date.now()
      const { identity: before } = keyring.open(name, now)
      const exp = Math.floor(now / 1000) + values.holds
      const claims = namedBindings(values).map((one): Binding => ({ ...one, exp }))
      const attested = await Promise.all(values.attested.map((file) => attestedIn(file, before.id, now)))
      const given = [...claims, ...attested]
      if (given.length === 0)
        throw new Failure(
          exitCode.usage,
          '"vagus id bind" needs what it is called elsewhere',
          'see: vagus id bind --help',
        )
      const keys = new Set(given.map(keyOf))
      const others = before.bindings.filter((one) => !keys.has(keyOf(one)) && one.exp * 1000 > now)
      const missing = given.find((one) => !before.bindings.some((known) => keyOf(known) === keyOf(one)))
      if (values.remove && missing !== undefined)
        throw new Failure(
          exitCode.usage,
          `${name} is not bound to ${missing.kind} ${missing.value}`,
          `vagus id show ${name}`,
        )
      const bindings = values.remove ? others : [...others, ...given]
      if (bindings.length > maxBindings)
        throw new Failure(
          exitCode.usage,
          `a document has at most ${maxBindings} bindings, and this one would have ${bindings.length}`,
          `take some out: vagus id show ${name}, then vagus id bind ${name} … --remove`,
        )
      const { identity } = keyring.renew(name, { bindings }, now)
      if (values.json) terminal.out(jsonText(identityResource(identity, name)))
      else terminal.out(`${identityText(identity, name, now, terminal.paint)}\n`)
      return exitCode.ok
    }),
})

const keyOf = ({ kind, value }: Pick<Binding, 'kind' | 'value'>): string => `${kind} ${value}`

/** @throws {Failure} denied where it does not hold, or is of another agent */
async function attestedIn(file: string, agent: string, now: number): Promise<Binding> {
  const { identityCrypto } = await import('@vagus/transport/identity-crypto')
  const text = signedText(file)
  const read = verifyAttestation(text, now, identityCrypto)
  if (read.type === 'refused')
    throw new Failure(
      exitCode.denied,
      `${file}: ${printable(read.because.problem)}`,
      'ask who signed it for another one',
    )
  if (read.attestation.agent !== agent)
    throw new Failure(
      exitCode.denied,
      `${file} is about ${read.attestation.agent}, and this is ${agent}`,
      'vagus id show',
    )
  return attestedBinding(read.attestation, text)
}
