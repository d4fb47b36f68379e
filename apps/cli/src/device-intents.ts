/** Options by which a device obeys the intents of its operator, and what they mean to its agent. @module */
import type { AgentOptions } from '@vagus/device'
import type { Keyring } from '@vagus/keyring'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options, ValuesOf } from './option.ts'
import { checkListen, ownerNamed } from './side-car-options.ts'

export const intentOptions = {
  'intents-of': {
    type: 'text',
    value: 'OWNER',
    description:
      'obey the intents of this owner, as the controller and neighbours bring them; while none hold, nothing new begins. Its id, or its name as of --serve-to',
  },
  'intents-with': {
    type: 'words',
    value: 'LIST',
    description: 'ids of agents of other devices (their --as) to exchange intents with while the controller is away',
  },
  'intents-at': {
    type: 'words',
    value: 'LIST',
    description: 'sockets where those reach this one, such as udp://192.0.2.1:7602; of two, one is enough',
  },
} as const satisfies Options
type Values = ValuesOf<typeof intentOptions>

/** @throws {RangeError} on an option of a device that no controller steers by: intents come over that connection */
export function checkWithoutIntents(values: Values): void {
  const idle = (['intents-of', 'intents-with', 'intents-at'] as const).find((one) => values[one] !== undefined)
  if (idle !== undefined)
    throw new RangeError(`--${idle} needs --steered-by ID, the controller's agent, over whose connection intents come`)
}

/** `undefined`: it obeys nobody's. @throws {RangeError}, {Failure} usage */
export async function intentsOf(
  { 'intents-of': name, 'intents-with': neighbours = [], 'intents-at': listen = [] }: Values,
  keyring: Keyring,
): Promise<AgentOptions['intents']> {
  if (name === undefined) {
    const idle = neighbours.length > 0 ? 'intents-with' : listen.length > 0 ? 'intents-at' : undefined
    if (idle !== undefined) throw new RangeError(`--${idle} needs --intents-of OWNER`)
    return undefined
  }
  const [{ maxIntentNeighbours }, { isAgentId }] = await Promise.all([
    import('@vagus/device'),
    import('@vagus/identity'),
  ])
  const stranger = neighbours.find((id) => !isAgentId(id))
  if (stranger !== undefined)
    throw new RangeError(`--intents-with must be ids such as did:key:z6Mk…, got "${stranger}"`)
  if (neighbours.length > maxIntentNeighbours)
    throw new RangeError(`--intents-with takes ${maxIntentNeighbours} ids at most, got ${neighbours.length}`)
  if (listen.length > 0 && neighbours.length === 0)
    throw new RangeError('--intents-at needs --intents-with LIST: nobody else is let in')
  await checkListen(listen)
  const owner = await ownerNamed(name, { host: keyring.folder, folders: [], option: '--intents-of' })
  if (owner === undefined) throw new Failure(exitCode.usage, '--intents-of must name an owner', 'did:key:z6Mk…')
  return { owner, neighbours, listen }
}
