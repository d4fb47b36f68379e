/** People and scripts as the configuration has them. @module */
import type { Config } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import { Issuer } from '@vagus/bearer'
import { KeyringError, readSecret } from '@vagus/keyring/secret-file'
import { ConfigError } from '../config/config-error.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { IssuerClient } from './issuer-client.ts'
import { Operators } from './operators.ts'
import { SessionBook } from './session-book.ts'
import { TokenWatch } from './token-file.ts'

export interface OpenOperatorsParts {
  readonly config: Pick<Config, 'operators'>
  readonly home: string
  readonly operatorKey: string | undefined
  readonly tell: (draft: EventDraft) => void
  readonly report: (line: string) => void
}

/** Undefined where the configuration has no `operators`. @throws {ConfigError} for a secret that cannot be used */
export function openOperators({ config, home, operatorKey, tell, report }: OpenOperatorsParts): Operators | undefined {
  const { operators } = config
  if (operators === undefined) return undefined
  const longest = parseDuration(operators.session)
  return new Operators({
    config: operators,
    sessions: new SessionBook({ idle: parseDuration(operators.idle), longest }),
    tokens: new TokenWatch(home, report),
    operatorKey,
    client: clientOf(operators),
    tell,
  })
}

function clientOf(operators: NonNullable<Config['operators']>): IssuerClient | undefined {
  const { issuer, url, clientId, clientSecretFile, scopes, groupsClaim } = operators
  if (issuer === undefined || url === undefined || clientId === undefined) return undefined
  return new IssuerClient({
    issuer: new Issuer({ issuer, fetch }),
    setting: { issuer, url, clientId, scopes, groupsClaim },
    clientSecret: clientSecretFile === undefined ? undefined : secretIn(clientSecretFile),
    fetch,
  })
}

/** Without the line break behind it. @throws {ConfigError} */
export function secretIn(path: string): string {
  try {
    return readSecret(path).trimEnd()
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
    const key = 'operators.clientSecretFile'
    throw new ConfigError([{ key, source: 'vagus.yaml', line: undefined, column: undefined, problem: error.sentence }])
  }
}
