/** Asks the controller about boxes that join, and as its operator for decisions about them. @module */
import type { JoinDecision, JoinResource } from '@vagus/api/joins'
import type { Client } from '../client.ts'
import type { Call } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure, orSay } from '../failure.ts'
import { jsonText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { operatorFix, operatorKey } from '../operator-key.ts'
import { joinText } from './join-text.ts'

export const serialArgument = {
  name: 'SERIAL',
  description: 'serial number of a box, as in "vagus join ls"',
  presence: 'required',
} as const

export const decisionOptions = { ...homeOption, ...controllerOption, ...jsonOption } as const satisfies Options

const pathOf = (serial: string): string => `/v1/joins/${encodeURIComponent(serial)}`

export const askJoin = (client: Client, serial: string): Promise<JoinResource> =>
  client.get<JoinResource>('Join', pathOf(serial)).catch(orSay('the boxes: vagus join ls', 'vagus doctor'))

type DecisionCall = Pick<Call<typeof decisionOptions>, 'values' | 'words' | 'environment' | 'signal' | 'terminal'>

/** Has the controller take the decision, and shows what became of the box. @throws {Failure} */
export async function decide(call: DecisionCall, body: JoinDecision): Promise<ExitCode> {
  const { values, words, terminal } = call
  const serial = words[0]!
  const client = clientFor(call)
  const command = `vagus join ${body.decision} ${serial}`
  const bearer = await operatorKey(call, client.address, command)
  const change = { method: 'PUT', path: `${pathOf(serial)}/decision`, body, bearer } as const
  const join = await client.change<JoinResource>('Join', change).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error
    if (error.exit === exitCode.denied) throw new Failure(error.exit, error.message, operatorFix(command), error)
    throw error.fix === '' ? new Failure(error.exit, error.message, 'the boxes: vagus join ls', error) : error
  })
  terminal.out(values.json ? jsonText(join) : `${joinText(join, terminal)}\n`)
  return exitCode.ok
}
