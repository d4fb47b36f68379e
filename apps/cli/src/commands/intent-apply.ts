/** `vagus intent apply FILE`: signs the intents of a file with the owner's key, publishes them, and says who has them. @module */
import type { IntentList } from '@vagus/api/intent'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { previewOf, previewText } from '../intent/preview.ts'
import { obeyedOwner, publishOptions, signAndPublish, spreadText } from '../intent/publish.ts'
import { checkNames, readFile } from '../intent/read-file.ts'
import { jsonText } from '../json.ts'

export const command = defineCommand({
  name: 'intent apply',
  summary: 'sign the intents of a file and publish them',
  effect: 'rw',
  examples: [
    { line: 'vagus intent apply intents.yaml', does: 'what the file has no more is withdrawn' },
    { line: 'vagus intent apply intents.yaml --roster acme', does: 'where several owners have their keys here' },
  ],
  arguments: [{ name: 'FILE', description: 'intents in YAML; - is standard input', presence: 'required' }],
  options: publishOptions,
  async run(call: Call<typeof publishOptions>) {
    const { words, values, terminal } = call
    const read = await readFile(words[0]!)
    const { owner, places, client } = await obeyedOwner(call)
    await checkNames(read, places)
    const list = await client.get<IntentList>('IntentList', '/v1/intents')
    const { intentDraft, intentResource } = await import('@vagus/controller')
    const draft = intentDraft(read.file, places)
    const now = Date.parse(list.now)
    const preview = previewOf(draft, { places, list, resourceOf: intentResource, lineOf: () => undefined, now })
    const published = await signAndPublish(call, { owner, client }, draft)
    if (values.json) terminal.out(jsonText(published.list))
    else
      terminal.out(
        `${previewText(preview, terminal)}\nset ${published.set.epoch} of ${owner.name} is published\n${spreadText(published, places)}\n`,
      )
    if (terminal.person) terminal.err('\nnext: vagus intent ls · vagus events -f · vagus intent undo\n')
    return published.late.length === 0 ? exitCode.ok : exitCode.timeout
  },
})
