/** `vagus roster publish`: publishes the newest roster of a fleet again. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'
import { ownerOf } from '../roster/owner.ts'
import { changeOptions, changeRoster, publish, tellChange } from '../roster/publish.ts'

const options = {
  renew: { type: 'flag', description: 'sign it anew first: it is valid for as long again' },
  ...changeOptions,
} as const satisfies Options

export const command = defineCommand({
  name: 'roster publish',
  summary: "publish a fleet's newest roster again, or sign it anew",
  effect: 'rw',
  examples: [
    { line: 'vagus roster publish --controller http://192.0.2.10:7600', does: 'also at another controller' },
    { line: 'vagus roster publish --renew', does: 'before it expires, when nothing has changed' },
  ],
  options,
  async run(call: Call<typeof options>) {
    const owner = await ownerOf(call)
    const { roster } = owner
    const published = call.values.renew
      ? await changeRoster(call, owner, () => ({}))
      : { roster, client: await publish(call, owner, roster) }
    if (published.client === undefined && !call.values.renew)
      throw new Failure(
        exitCode.usage,
        'no controller is named',
        'such as --controller http://192.0.2.10:7600, or set VAGUS_CONTROLLER',
      )
    tellChange(call, owner, published, [])
    return exitCode.ok
  },
})
