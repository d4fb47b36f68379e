/** Certificate and key of the API in files, which are renewed while it runs: what comes next is taken within seconds. @module */
import { readFileSync, statSync } from 'node:fs'
import type { Server } from 'node:https'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '../config/config-error.ts'

export interface TlsPaths {
  readonly cert: string
  readonly key: string
}

interface TlsPair {
  readonly cert: string
  readonly key: string
}

/** Milliseconds between two looks. A link that is turned, as Kubernetes and certbot do, is seen as well. */
const step = 2000

export class TlsFiles {
  readonly #paths: TlsPaths
  readonly #report: (line: string) => void
  #seen: string

  constructor(paths: TlsPaths, report: (line: string) => void) {
    this.#paths = paths
    this.#report = report
    this.#seen = stateOf(paths)
  }

  /** @throws {ConfigError} for files that cannot be used */
  first(): TlsPair {
    try {
      return pairOf(this.#paths)
    } catch (error) {
      const problem = (error as Error).message
      throw new ConfigError([{ key: 'tls', source: 'vagus.yaml', line: undefined, column: undefined, problem }])
    }
  }

  /** New connections get what is in the files; a pair that cannot be used is told of, and the old one stays. */
  watch(server: Pick<Server, 'setSecureContext'>): Disposable {
    const clock = setInterval(() => this.#look(server), step)
    clock.unref()
    return { [Symbol.dispose]: () => clearInterval(clock) }
  }

  #look(server: Pick<Server, 'setSecureContext'>): void {
    const seen = stateOf(this.#paths)
    if (seen === this.#seen) return
    this.#seen = seen
    try {
      server.setSecureContext(pairOf(this.#paths))
      this.#report(`tls: ${this.#paths.cert} is in use`)
    } catch (error) {
      // The key is often written a moment after the certificate: the next look sees that, too.
      this.#report(`tls: the certificate of before stays: ${(error as Error).message}`)
    }
  }
}

function pairOf({ cert, key }: TlsPaths): TlsPair {
  const mode = statSync(key).mode & 0o777
  if ((mode & 0o077) !== 0)
    throw new Error(`${key} has mode ${mode.toString(8).padStart(4, '0')}, so others may know the key; it must be 0600`)
  const pair = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  try {
    createSecureContext(pair)
  } catch (error) {
    throw new Error(`${cert} and ${key} are no certificate with its key in PEM: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return pair
}

/** What changes with a file, and with what it is a link to. */
const stateOf = ({ cert, key }: TlsPaths): string =>
  [cert, key]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false, bigint: true })
      return found === undefined ? 'none' : `${found.ino} ${found.mtimeNs} ${found.size} ${found.mode}`
    })
    .join(', ')
