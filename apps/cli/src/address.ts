/**
 * Address of a controller: `http://HOST:PORT`, `HOST:PORT`, `HOST` (default port), or `unix:PATH` (its Unix socket).
 * @module
 */
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

export type ControllerAddress =
  | { readonly type: 'tcp'; readonly host: string; readonly port: number; readonly text: string }
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
  if (url === null || url.protocol !== 'http:' || url.hostname === '' || url.pathname !== '/') throw wrong(text)
  // A parsed URL drops an explicit port 80.
  const port = url.port !== '' ? Number(url.port) : isUrl || /:0*80\/?$/.test(text) ? 80 : defaultPort
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { type: 'tcp', host, port, text: `http://${url.hostname}:${port}` }
}

const wrong = (text: string): Failure =>
  new Failure(
    exitCode.usage,
    `"${text}" is not an address of a controller`,
    `write http://HOST:PORT or unix:PATH, such as --controller ${defaultAddress}`,
  )
