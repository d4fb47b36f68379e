/** `vagus id new NAME`: creates an agent of this host: its keys and its first signed document. @module */
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { identityResource, identityText } from '../identity-text.ts'
import { jsonText } from '../json.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'

const options = {
  role: { type: 'text', value: 'ROLE', description: 'its role in the network (default: its name)' },
  skills: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'what it can do, such as report.write,report.sign',
  },
  also: { type: 'words', value: 'LIST', default: [], description: 'its other URIs, such as its agent card' },
  organisation: {
    type: 'count',
    value: 'NUMBER',
    min: 0,
    max: 2 ** 28 - 1,
    default: 0,
    description: 'number in its tag, permanent; 0 is none',
  },
  holds: {
    type: 'duration',
    value: 'TIME',
    default: '30d',
    description: 'how long its documents are valid; vagus run renews them',
  },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id new',
  summary: 'create an agent: keys, name, signed document',
  effect: 'rw',
  examples: [
    { line: 'vagus id new report-writer', does: 'keys in ~/.vagus/agents, mode 0600' },
    { line: 'vagus id new agv-07 --role vehicle --skills order.drive --holds 7d', does: 'with role and skills' },
  ],
  arguments: [{ name: 'NAME', description: 'a-z, 0-9 and "-"', presence: 'required' }],
  options,
  run: ({ values, words, environment, terminal }: Call<typeof options>) =>
    withKeyring({ values, environment }, (keyring) => {
      const name = words[0]!
      const { role = name, skills, also: alsoKnownAs, organisation, holds: holdsSeconds } = values
      const now = Date.now()
      const { identity } = keyring.create(name, { role, skills, alsoKnownAs, organisation, holdsSeconds }, now)
      if (values.json) terminal.out(jsonText(identityResource(identity, name)))
      else terminal.out(`${identityText(identity, name, now, terminal.paint)}\n`)
      if (terminal.person)
        terminal.err(
          `\nThe next key is in ${keyring.nextKeyFile(name)}. Keep it elsewhere:\na thief of the other keys then cannot rotate. next: vagus run --name ${name} --a2a http://127.0.0.1:9000\n`,
        )
      return exitCode.ok
    }),
})
