/** `vagus intent export`: the set in force as a file, or as it was signed. @module */
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export const command = defineCommand({
  name: 'intent export',
  summary: 'the intents in force as a file',
  effect: 'ro',
  examples: [
    { line: 'vagus intent export > intents.yaml', does: 'to change and apply again' },
    { line: 'vagus intent export --signed > intents.jws', does: 'as the owner signed it' },
  ],
  options: {
    signed: { type: 'flag', description: 'the signed set, a compact JWS (RFC 7515)' },
    ...controllerOption,
  },
  async run(call) {
    const { values, terminal } = call
    const jws = await clientFor(call).getSigned('/v1/intents')
    if (values.signed) {
      terminal.out(`${jws}\n`)
      return exitCode.ok
    }
    const [{ verifyIntentsWhenIssued }, { identityCrypto }, { intentFileText }] = await Promise.all([
      import('@vagus/intent'),
      import('@vagus/transport'),
      import('@vagus/controller'),
    ])
    const read = verifyIntentsWhenIssued(jws, identityCrypto)
    if (read.type === 'refused')
      throw new Failure(
        exitCode.failed,
        `the set of the controller is not believed: ${read.because.problem}`,
        'vagus doctor',
      )
    terminal.out(intentFileText(read.set))
    return exitCode.ok
  },
})
