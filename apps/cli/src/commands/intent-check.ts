/** `vagus intent check FILE`: what a file would change, at which devices, and what stands against what. @module */
import type { IntentList } from '@vagus/api/intent'
import type { IntentPlaces } from '@vagus/api/intent-places'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { quotedLines } from '../intent/quoted-lines.ts'
import { previewOf, previewText } from '../intent/preview.ts'
import { checkNames, readFile } from '../intent/read-file.ts'
import { resourceText } from '../json.ts'

export const command = defineCommand({
  name: 'intent check',
  summary: 'what intents would change, where, and which conflict',
  effect: 'ro',
  examples: [
    { line: 'vagus intent check intents.yaml', does: 'changes nothing; each problem comes with its line' },
    { line: 'vagus intent check - < intents.yaml', does: 'from standard input' },
  ],
  arguments: [{ name: 'FILE', description: 'intents in YAML; - is standard input', presence: 'required' }],
  options: { ...controllerOption, ...jsonOption },
  async run(call) {
    const { words, values, terminal } = call
    const read = await readFile(words[0]!)
    const client = clientFor(call)
    const [places, list] = await Promise.all([
      client.get<IntentPlaces>('IntentPlaces', '/v1/intent-places'),
      client.get<IntentList>('IntentList', '/v1/intents'),
    ])
    await checkNames(read, places)
    const { intentDraft, intentResource } = await import('@vagus/controller')
    const draft = intentDraft(read.file, places)
    const lines = await quotedLines(client, draft.intents)
    const now = Date.parse(list.now)
    const preview = previewOf(draft, {
      places,
      list,
      resourceOf: intentResource,
      lineOf: (one) => lines.get(one.name),
      now,
    })
    if (values.json) terminal.out(resourceText('IntentPreview', preview))
    else {
      terminal.out(`${previewText(preview, terminal)}\n`)
      if (terminal.person)
        terminal.err(`\nnothing was changed; to sign and publish it: vagus intent apply ${words[0]}\n`)
    }
    return exitCode.ok
  },
})
