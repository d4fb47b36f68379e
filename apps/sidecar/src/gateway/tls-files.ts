/** Certificate and key of a gateway, read again when somebody renews them. @module */
import { readFileSync, statSync } from 'node:fs'

/** Milliseconds between two looks. */
const lookEvery = 2000

export interface Pair {
  readonly cert: string
  readonly key: string
}

export class TlsFiles {
  readonly #cert: string
  readonly #key: string

  /** Paths of PEM files. */
  constructor(cert: string, key: string) {
    this.#cert = cert
    this.#key = key
  }

  /** @throws node's error when one cannot be read */
  read(): Pair {
    return { cert: readFileSync(this.#cert, 'utf8'), key: readFileSync(this.#key, 'utf8') }
  }

  /** @param take throws where the two do not fit: then those of before stay, until the files change again @returns ends it */
  watch(take: (pair: Pair) => void, report: (line: string) => void): () => void {
    let last = this.#version()
    const look = (): void => {
      const now = this.#version()
      if (now === last) return
      last = now
      try {
        take(this.read())
        report(`new connections get the certificate that ${this.#cert} has now`)
      } catch (error) {
        report(`the certificate of before stays: ${this.#cert}, ${this.#key}: ${(error as Error).message}`)
      }
    }
    const timer = setInterval(look, lookEvery).unref()
    return () => clearInterval(timer)
  }

  #version(): string {
    return [this.#cert, this.#key]
      .map((path) => statSync(path, { throwIfNoEntry: false }))
      .map((stat) => (stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`))
      .join(' ')
  }
}
