/** Who a request comes from: each consumer has a bearer token (RFC 6750) in a file of its own. @module */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { CamaraConfig } from '@vagus/api/camara'
import { KeyringError, readSecret } from '@vagus/keyring/secret-file'
import { ConfigError } from '../config/config-error.ts'

const tokenPattern = /^[\x21-\x7e]{32,80}$/

/** Name of the consumer with that token; undefined: nobody has it. */
export type ConsumerOf = (token: string) => string | undefined

/** Read once. @throws {ConfigError} that names the file and says what is wrong with it */
export function readConsumers(consumers: CamaraConfig['consumers']): ConsumerOf {
  const known = consumers.map(({ name, tokenFile }, index) => ({ name, token: digest(tokenIn(tokenFile, index)) }))
  for (const [index, { name, token }] of known.entries()) {
    const other = known.slice(0, index).find((one) => one.token.equals(token))
    if (other !== undefined) throw wrong(index, `the token of ${name} is that of ${other.name}`)
  }
  return (token) => {
    const shown = digest(token)
    // All are compared, so that the time tells nothing.
    return known.filter((one) => timingSafeEqual(one.token, shown))[0]?.name
  }
}

function tokenIn(path: string, index: number): string {
  const token = keyIn(path, index)
  if (tokenPattern.test(token)) return token
  const right = '32..80 printable characters without spaces, as "openssl rand -hex 32" prints them'
  throw wrong(index, `${path} must hold ${right}`)
}

function keyIn(path: string, index: number): string {
  try {
    return readSecret(path)
  } catch (error) {
    if (error instanceof KeyringError) throw wrong(index, error.sentence)
    throw error
  }
}

const wrong = (index: number, problem: string): ConfigError =>
  new ConfigError([
    { key: `camara.consumers[${index}].tokenFile`, source: 'vagus.yaml', line: undefined, column: undefined, problem },
  ])
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
