/** `vagus id rotate NAME`: new keys, the same name. @module */
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { identityResource, identityText } from '../identity-text.ts'
import { jsonText } from '../json.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'

const options = {
  'next-key': {
    type: 'text',
    value: 'FILE',
    description: 'file of the next key (default: beside the others)',
  },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'id rotate',
  summary: 'replace the keys of an agent; its name stays',
  effect: 'rw',
  examples: [
    { line: 'vagus id rotate report-writer', does: 'from now on the committed next key signs' },
    {
      line: 'vagus id rotate report-writer --next-key /mnt/usb/next-key.json',
      does: 'when you keep that key elsewhere',
    },
  ],
  arguments: [{ name: 'NAME', description: 'an agent of this host', presence: 'required' }],
  options,
  run: ({ values, words, environment, terminal }: Call<typeof options>) =>
    withKeyring({ values, environment }, (keyring) => {
      const name = words[0]!
      const now = Date.now()
      const { identity } = keyring.rotate(name, now, values['next-key'])
      if (values.json) terminal.out(jsonText(identityResource(identity, name)))
      else terminal.out(`${identityText(identity, name, now, terminal.paint)}\n`)
      // Side-cars believe the roster signed before until they see one of the new keys: a thief's may be among them.
      if (keyring.owners().includes(name))
        terminal.err(`\nIts roster is signed with the keys before: vagus roster publish --renew --roster ${name}\n`)
      if (terminal.person) terminal.err('\nA running side-car of this agent picks up the new keys by itself.\n')
      return exitCode.ok
    }),
})
