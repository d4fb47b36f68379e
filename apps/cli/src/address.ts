/**
 * Address of a controller: `http://HOST:PORT`, `HOST:PORT`, `HOST` (default port), or `unix:PATH` (its Unix socket); behind a
 * proxy also `https://HOST/PATH`.
 * @module
 */
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

export type ControllerAddress =
  | {
      readonly type: 'tcp'
      readonly protocol: 'http:' | 'https:'
      readonly host: string
      readonly port: number
      /** What stands before `/v1`: empty, or such as `/vagus`. */
      readonly base: string
      readonly text: string
    }
  | { readonly type: 'unix'; readonly path: string; readonly text: string }

const defaultPort = 7600
export const defaultAddress = `http://127.0.0.1:${defaultPort}`

/** @throws {Failure} usage. */
export function controllerAddress(text: string): ControllerAddress {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\//, '')
    if (path === '') throw wrong(text)
    return { type: 'unix', path, text: `unix:${path}` }
  }
  const isUrl = text.includes('://')
  const url = URL.parse(isUrl ? text : `http://${text}`)
  if (url === null || url.hostname === '' || (!isUrl && url.pathname !== '/')) throw wrong(text)
  const { protocol } = url
  if ((protocol !== 'http:' && protocol !== 'https:') || /[?#@]/.test(text)) throw wrong(text)
  // A parsed URL drops an explicit port 80, and 443 of https.
  const usual = protocol === 'https:' ? 443 : isUrl || /:0*80\/?$/.test(text) ? 80 : defaultPort
  const port = url.port === '' ? usual : Number(url.port)
  const base = url.pathname.replace(/\/+$/, '')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { type: 'tcp', protocol, host, port, base, text: `${protocol}//${url.hostname}:${port}${base}` }
}

/**
 * The text of the address that `--controller` or `VAGUS_CONTROLLER` names; `undefined` if neither does.
 * @throws {Failure} usage.
 */
export function optionalController(
  option: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = option ?? environment['VAGUS_CONTROLLER'] ?? ''
  return named === '' ? undefined : controllerAddress(named).text
}

const wrong = (text: string): Failure =>
  new Failure(
    exitCode.usage,
    `"${text}" is not an address of a controller`,
    `write http://HOST:PORT, https://HOST/PATH or unix:PATH, such as --controller ${defaultAddress}`,
  )
