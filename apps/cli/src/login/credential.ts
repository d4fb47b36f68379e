/** What shows a controller who asks: a token of the environment, else that of a login; on its own host also operator.key. @module */
import type { ControllerAddress } from '../address.ts'
import { operatorKeyHere } from '../operator-key.ts'
import { bearerFor } from './bearer-for.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Credential {
  /** Sent with each request. */
  bearer(): Promise<string | undefined>
  /** Sent where the controller does not know who asks: the key of its host. */
  key(): Promise<string | undefined>
}

/** Of one command: files are read once, and only when a controller is asked. */
export function credentialOf(address: ControllerAddress, environment: Environment, home?: string): Credential {
  let bearer: Promise<string | undefined> | undefined
  return {
    bearer: () => (bearer ??= bearerFor(address, environment)),
    key: () => operatorKeyHere({ values: { home }, environment }, address),
  }
}
