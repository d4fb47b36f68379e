/** `vagus logout`: ends the session at the controller, and forgets it here. @module */
import { scriptTokenPrefix, type SignOut } from '@vagus/api/operators'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOf } from '../keyring-options.ts'
import { trust } from '../login/bearer-for.ts'
import { keepLogin, loginFor } from '../login/logins.ts'

export const command = defineCommand({
  name: 'logout',
  summary: 'end your session at a controller',
  effect: 'rw',
  examples: [{ line: 'vagus logout', does: 'at the controller of $VAGUS_CONTROLLER' }],
  options: controllerOption,
  async run(call) {
    const { environment, terminal } = call
    const client = clientFor(call)
    const login = await loginFor(client.address, environment)
    if (login === undefined) {
      terminal.err(`you were not signed in at ${client.address.text}\n`)
      return exitCode.ok
    }
    if (login.ca !== undefined) await trust(login.ca)
    // Forgotten here in any case.
    const told = await client
      .change<SignOut>('SignOut', { method: 'POST', path: '/v1/sign-out', bearer: login.token })
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    await keepLogin(await homeOf({ values: { home: undefined }, environment }), client.address, undefined)
    if (told instanceof Failure && told.exit !== exitCode.denied)
      terminal.err(`forgotten here; the controller was not told: ${told.message}\n`)
    else if (login.token.startsWith(scriptTokenPrefix))
      terminal.err('forgotten here; the token goes on to count until "vagus token rm" on the host of the controller\n')
    else terminal.err(`signed out at ${client.address.text}\n`)
    return exitCode.ok
  },
})
