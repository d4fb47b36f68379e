/** `vagus id attest ID`: signs, as a third party, what a network calls an agent. @module */
import { writeFile } from 'node:fs/promises'
import { publicKeyOf, signAttestation } from '@vagus/identity'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { printable } from '../table.ts'
import { unwritable } from '../unwritable.ts'
import { bindingOptions, namedBindings } from '../whois/binding-options.ts'

const options = {
  by: { type: 'text', value: 'NAME', presence: 'required', description: 'who says so: an agent of this host' },
  ...bindingOptions,
  holds: { type: 'duration', value: 'TIME', default: '90d', description: 'how long it holds, at most 400d' },
  out: { type: 'text', value: 'FILE', description: 'write it there instead of printing it' },
  ...homeOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id attest',
  summary: 'sign what a network calls an agent of somebody else',
  effect: 'rw',
  examples: [
    {
      line: 'vagus id attest did:key:z6Mk… --by acme --spiffe spiffe://example.org/writer --out spiffe.jws',
      does: 'for its owner, who adds it: vagus id bind writer --attested spiffe.jws',
    },
  ],
  arguments: [{ name: 'ID', description: 'the agent: its id, or an agent of this host', presence: 'required' }],
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, words, terminal } = call
      const { by } = values
      if (by === undefined)
        throw new Failure(exitCode.usage, '"vagus id attest" needs --by NAME', 'your agents: vagus id show')
      const now = Date.now()
      const [given, ...more] = namedBindings(values)
      if (given === undefined || more.length > 0)
        throw new Failure(
          exitCode.usage,
          'an attestation is about one identifier',
          'give one of --spiffe, --serial, --gpsi …',
        )
      const agent = idOf(words[0]!, (name) => (keyring.has(name) ? keyring.open(name, now).identity.id : undefined))
      const { identity, signer } = keyring.open(by, now)
      const { identityCrypto } = await import('@vagus/transport/identity-crypto')
      const iat = Math.floor(now / 1000)
      const draft = { ...given, agent, iat, exp: iat + values.holds }
      const signed = signAttestation(draft, identity.keyLog, signer, identityCrypto)
      if (signed.type === 'refused')
        throw new Failure(exitCode.usage, printable(signed.because.problem), 'see: vagus id attest --help')
      if (values.out === undefined) terminal.out(`${signed.attestation}\n`)
      else await written(values.out, `${signed.attestation}\n`)
      terminal.err(`${by} says that ${agent} is ${given.kind} ${given.value}, for ${durationText(values.holds)}\n`)
      return exitCode.ok
    }),
})

function idOf(word: string, localId: (name: string) => string | undefined): string {
  const local = localId(word)
  if (local !== undefined) return local
  const key = publicKeyOf(word)
  if (key instanceof Uint8Array) return word
  throw new Failure(exitCode.usage, printable(key.because.problem), 'an agent of this host: vagus id show')
}

/** @throws {Failure} */
async function written(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw unwritable(file, 'binding.jws', error)
  }
}
