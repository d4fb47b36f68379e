/** Asks a controller what most checks need. @module */
import type { Config, DeviceList, ExporterList, FlowTop, Status } from '@vagus/api'
import type { Client } from '../client.ts'
import { Failure } from '../failure.ts'
import type { Answers } from './controller.ts'

export type ConfiguredAnswers = Answers & { readonly config: Config }

export async function askController(client: Client): Promise<ConfiguredAnswers> {
  const status = await client.get<Status>('Status', '/v1/status')
  const now = Date.now()
  const [config, devices, exporters, storeAnswer] = await Promise.all([
    client.getPlain<Config>('/v1/config'),
    client.get<DeviceList>('DeviceList', '/v1/devices', { last: '5m' }),
    client.get<ExporterList>('ExporterList', '/v1/exporters'),
    askStore(client),
  ])
  return { config, status, devices, exporters, flowListen: config.flow.listen, storeAnswer, now }
}

/** The filter sends the query to the store: the live window has none. */
async function askStore(client: Client): Promise<Answers['storeAnswer']> {
  const asked = performance.now()
  try {
    await client.get<FlowTop>('FlowTop', '/v1/flows/top', { by: 'version', n: 1, last: '5m', filter: 'version=6' })
    return { seconds: (performance.now() - asked) / 1000 }
  } catch (error) {
    if (error instanceof Failure) return { problem: error.message }
    throw error
  }
}
