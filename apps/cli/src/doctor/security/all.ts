/** The checks of `vagus doctor --security`: what is open, readable or unprotected here, and what acts by itself. @module */
import type { Config, Status } from '@vagus/api'
import type { Client } from '../../client.ts'
import { askRefused, refusedChecks } from '../agents.ts'
import { askAudit, auditChecks } from '../audit.ts'
import type { Check } from '../check.ts'
import { askJoins, joinChecks } from '../joins.ts'
import { bindChecks } from '../listeners.ts'
import { askFleets, fleetChecks } from '../rosters.ts'
import { exposureChecks } from './exposure.ts'
import { fileChecks, unitChecks } from './files.ts'
import { ownerChecks } from './owners.ts'
import { programsHere } from './programs.ts'
import { settingChecks } from './settings.ts'

export interface Looked {
  /** In use at the controller that answers, else as the file here says. */
  readonly config: Config
  /** The folder of the state of this user. */
  readonly home: string
  /** Who asks that controller, and its times; or the check that says that it does not answer. */
  readonly told: Told | readonly Check[]
}

interface Told {
  readonly client: Client
  readonly status: Pick<Status, 'now' | 'startedAt'>
}

export async function securityChecks({ config, home, told }: Looked): Promise<readonly Check[]> {
  const { listen, operators, flow } = config
  return [
    ...exposureChecks(await programsHere()),
    ...bindChecks({ listen, operators, flowListen: flow.listen }),
    ...settingChecks(config),
    ...fileChecks(home),
    ...ownerChecks(home),
    ...unitChecks(),
    ...('client' in told ? await toldChecks(told) : told),
  ]
}

async function toldChecks({ client, status }: Told): Promise<readonly Check[]> {
  const now = Date.parse(status.now)
  return [
    ...refusedChecks(await askRefused(client), now),
    ...joinChecks(await askJoins(client), now),
    ...fleetChecks(await askFleets(client), status),
    ...auditChecks(await askAudit(client)),
  ]
}
