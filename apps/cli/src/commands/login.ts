/** `vagus login CONTROLLER`: shows the controller who you are, from now on. @module */
import { resolve } from 'node:path'
import type { Me } from '@vagus/api/operators'
import { controllerAddress, optionalController } from '../address.ts'
import { clientOf } from '../client.ts'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import { homeOf, homeOption } from '../keyring-options.ts'
import { isPrivate, trust } from '../login/bearer-for.ts'
import { deviceLogin } from '../login/device-login.ts'
import { keepLogin, type Login } from '../login/logins.ts'
import type { Options } from '../option.ts'
import { printable } from '../table.ts'

const options = {
  'token-file': {
    type: 'text',
    value: 'FILE',
    description: 'a token of "vagus token new" in a file of mode 0600, instead of signing in at the issuer',
  },
  ca: {
    type: 'text',
    value: 'FILE',
    description: 'PEM file with the authority of its certificate, if it is a private one',
  },
  ...homeOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'login',
  summary: 'sign in to a controller; commands then show who you are',
  effect: 'rw',
  examples: [
    { line: 'vagus login https://noc.example.com', does: 'with your account, in any browser' },
    { line: 'vagus login https://noc.example.com --token-file ci.token', does: 'as a script, with a token' },
  ],
  arguments: [{ name: 'CONTROLLER', description: 'https://HOST[:PORT][/PATH]', presence: 'required' }],
  options,
  async run(call) {
    const { values, terminal, signal } = call
    const address = controllerAddress(call.words[0]!)
    if (!isPrivate(address))
      throw new Failure(
        exitCode.usage,
        `${address.text} would show your session to everybody on the way`,
        'write https://…',
      )
    const ca = values.ca === undefined ? undefined : resolve(values.ca)
    if (ca !== undefined) await trust(ca).catch(unreadable(ca))
    const home = await homeOf(call)
    const token = values['token-file'] === undefined ? undefined : await tokenIn(values['token-file'])
    const login = token === undefined ? await bySigningIn() : await byToken(token)
    await keepLogin(home, address, ca === undefined ? login : { ...login, ca })
    terminal.err(`you are ${printable(login.name)} at ${address.text}; "vagus whoami" says what you may\n`)
    if (optionalController(undefined, call.environment) !== address.text)
      terminal.err(`so that commands ask it: export VAGUS_CONTROLLER=${address.text}\n`)
    return exitCode.ok

    async function bySigningIn(): Promise<Login> {
      const done = await deviceLogin(clientOf(address, signal), terminal, signal).catch(
        orSay(
          'with a token: vagus login CONTROLLER --token-file FILE',
          'with a token: vagus login CONTROLLER --token-file FILE',
        ),
      )
      return { token: done.token!, name: done.name ?? 'somebody', until: done.until }
    }

    async function byToken(shown: string): Promise<Login> {
      const credential = { bearer: async () => shown, key: async () => undefined }
      const me = await clientOf(address, signal, 'controller', credential).get<Me>('Me', '/v1/me')
      return { token: shown, name: me.name, until: me.until }
    }
  },
})

/** @throws {Failure} usage */
async function tokenIn(path: string): Promise<string> {
  const { KeyringError, readSecret } = await import('@vagus/keyring/secret-file')
  try {
    return readSecret(path).trim()
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
    throw new Failure(exitCode.usage, `--token-file: ${error.message}`, error.fix, error)
  }
}

const unreadable =
  (path: string) =>
  (error: unknown): never => {
    throw new Failure(exitCode.usage, `${path} cannot be used: ${(error as Error).message}`, 'name another file', error)
  }
