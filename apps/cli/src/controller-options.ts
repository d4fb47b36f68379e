/**
 * Options of all commands that ask a controller; shows the answer as table or JSON, once or repeatedly.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises'
import { controllerAddress, defaultAddress } from './address.ts'
import { type Client, clientOf, type Resource } from './client.ts'
import type { Call } from './command.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { credentialOf } from './login/credential.ts'
import type { Options, ValuesOf } from './option.ts'
import type { Paint } from './paint.ts'

export const controllerOption = {
  controller: {
    type: 'text',
    value: 'ADDRESS',
    description: `http[s]://HOST:PORT[/PATH] or unix:PATH (default $VAGUS_CONTROLLER, else ${defaultAddress})`,
  },
} as const satisfies Options

export const jsonOption = {
  json: { type: 'flag', description: 'print JSON, as in the API' },
} as const satisfies Options

export const viewOptions = {
  ...controllerOption,
  ...jsonOption,
  output: {
    type: 'text',
    short: 'o',
    value: 'FORM',
    choices: ['table', 'wide', 'json'],
    default: 'table',
    description: 'what to print; wide has every column',
  },
  watch: {
    type: 'count',
    short: 'w',
    value: 'SECONDS',
    min: 1,
    max: 86_400,
    bare: 2,
    description: 'repeat every SECONDS until Ctrl-C',
  },
} as const satisfies Options

export const lastOption = {
  last: {
    type: 'duration',
    value: 'TIME',
    default: '1m',
    description: 'length of the window that ends now',
  },
} as const satisfies Options

/** Where a table is drawn. */
export interface Canvas {
  readonly columns: number
  readonly paint: Paint
  readonly detail: 'plain' | 'wide'
}

type ViewCall = Omit<Call<Options>, 'values'> & { readonly values: ValuesOf<typeof viewOptions> }

/** The client that `--controller` or `VAGUS_CONTROLLER` names. */
export function clientFor(
  call: Pick<ViewCall, 'environment' | 'signal'> & {
    values: { controller?: string | undefined; home?: string | undefined }
  },
): Client {
  const named = call.values.controller ?? call.environment['VAGUS_CONTROLLER']
  const address = controllerAddress(named === undefined || named === '' ? defaultAddress : named)
  return clientOf(address, call.signal, 'controller', credentialOf(address, call.environment, call.values.home))
}

export interface View<R extends Resource> {
  readonly ask: (client: Client) => Promise<R>
  /** The table, without a final newline. */
  readonly show: (resource: R, canvas: Canvas) => string
  /** The next command for a person to type; empty for none. */
  readonly next: (resource: R) => string
}

/** Asks and shows once, or with `--watch` until interrupted. */
export async function view<R extends Resource>(call: ViewCall, { ask, show, next }: View<R>): Promise<ExitCode> {
  const { terminal, values, signal } = call
  const client = clientFor(call)
  const json = values.json || values.output === 'json'
  const detail = values.output === 'wide' ? 'wide' : 'plain'
  // `-o wide` shows every column, however narrow the terminal is.
  const columns = detail === 'wide' ? Infinity : terminal.columns
  const shown = (resource: R): string =>
    json
      ? JSON.stringify(resource, null, values.watch === undefined ? 2 : 0)
      : show(resource, { columns, paint: terminal.paint, detail })
  const { watch } = values
  if (watch === undefined) {
    const resource = await ask(client)
    terminal.out(`${shown(resource)}\n`)
    const hint = json ? '' : next(resource)
    if (terminal.person && hint !== '') terminal.err(terminal.talkPaint.faint(`\nnext: ${hint}`) + '\n')
    return exitCode.ok
  }
  await ask(client).then((resource) => draw(shown(resource)))
  while (!signal.aborted) {
    await pause(watch * 1000, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    try {
      draw(shown(await ask(client)))
    } catch (error) {
      if (signal.aborted) break
      if (!(error instanceof Failure) || error.exit === exitCode.usage) throw error
      terminal.err(`${terminal.talkPaint.bad(error.message)}\n`)
    }
  }
  return exitCode.interrupted

  function draw(text: string): void {
    if (!terminal.live || json) return terminal.out(`${text}\n`)
    // Home, overwrite each line, then clear the rest below: clearing first would flicker.
    const lines = text.split('\n').slice(0, Math.max(1, terminal.rows - 1))
    terminal.out(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\n')}\n\u001b[J`)
  }
}
