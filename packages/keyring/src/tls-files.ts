/** Certificate and key of a server in PEM files, which are renewed while it runs: what comes next is taken within seconds. @module */
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { KeyringError } from './errors.ts'
import { readSecretFile } from './secret-file.ts'

export interface TlsPaths {
  readonly cert: string
  readonly key: string
}

/** PEM: the certificate with those above it, and its private key. */
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

  /** @param report takes a line for people */
  constructor(paths: TlsPaths, report: (line: string) => void) {
    this.#paths = paths
    this.#report = report
    this.#seen = stateOf(paths)
  }

  /** @throws {Error} that says what of the two cannot be used */
  read(): TlsPair {
    return pairOf(this.#paths)
  }

  /** `take` gets what new connections should have. A pair that cannot be used is told of, and the old one stays. */
  watch(take: (pair: TlsPair) => void): Disposable {
    const clock = setInterval(() => this.#look(take), step)
    clock.unref()
    return { [Symbol.dispose]: () => clearInterval(clock) }
  }

  #look(take: (pair: TlsPair) => void): void {
    const seen = stateOf(this.#paths)
    if (seen === this.#seen) return
    this.#seen = seen
    try {
      take(pairOf(this.#paths))
      this.#report(`new connections get the certificate that ${this.#paths.cert} has now`)
    } catch (error) {
      // The key is often written a moment after the certificate: the next look sees that, too.
      this.#report(`the certificate of before stays: ${(error as Error).message}`)
    }
  }
}

function pairOf(paths: TlsPaths): TlsPair {
  const pair = { cert: publicText(paths.cert), key: keyOf(paths.key) }
  try {
    createSecureContext(pair)
    return pair
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new Error(
      code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
        ? `the key in ${paths.key} is not that of the certificate in ${paths.cert}`
        : `${paths.cert} and ${paths.key} are no certificate with its key in PEM: ${message}`,
      { cause },
    )
  }
}

/** @throws {Error} for people, who get one line */
function keyOf(path: string): string {
  try {
    return readSecretFile(path)
  } catch (error) {
    throw error instanceof KeyringError ? new Error(error.sentence, { cause: error }) : error
  }
}

/** The text of a file that anybody may read. @throws {Error} for people */
export function publicText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Error(code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read: ${code}`, { cause })
  }
}

/** What changes with a file, and with what it is a link to. */
const stateOf = ({ cert, key }: TlsPaths): string =>
  [cert, key]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false, bigint: true })
      return found === undefined ? 'none' : `${found.ino} ${found.mtimeNs} ${found.size} ${found.mode}`
    })
    .join(', ')
