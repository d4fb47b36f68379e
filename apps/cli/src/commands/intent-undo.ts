/** `vagus intent undo`: signs the set of before anew, at the next epoch. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf } from '../format.ts'
import { obeyedOwner, publishOptions, signAndPublish, spreadText } from '../intent/publish.ts'
import { jsonText } from '../json.ts'

export const command = defineCommand({
  name: 'intent undo',
  summary: 'sign the former set of intents again',
  effect: 'rw',
  examples: [{ line: 'vagus intent undo', does: 'twice: the set that was undone is in force again' }],
  options: publishOptions,
  async run(call: Call<typeof publishOptions>) {
    const { values, terminal } = call
    const { owner, places, client } = await obeyedOwner(call)
    const { newest, former } = owner.keyring.intents(owner.name)
    if (newest === undefined)
      throw new Failure(exitCode.usage, `${owner.name} has signed no intents here`, 'vagus intent apply FILE')
    // Before the first set there were none.
    const back = former ?? { intents: [], places: newest.places }
    const published = await signAndPublish(call, { owner, client }, { intents: back.intents, places: back.places })
    if (values.json) terminal.out(jsonText(published.list))
    else {
      const what = former === undefined ? 'no intents, as before the first set' : `what set ${former.epoch} said`
      terminal.out(
        `set ${published.set.epoch} of ${owner.name} is published: ${what}, ${countOf(back.intents.length, 'intent')}\n${spreadText(published, places)}\n`,
      )
    }
    return published.late.length === 0 ? exitCode.ok : exitCode.timeout
  },
})
