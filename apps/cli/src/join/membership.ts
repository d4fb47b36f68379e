/** `vagus device` on a box that has joined: its options, and its certificate, which is renewed in time. @module */
import { existsSync } from 'node:fs'
import type { Call } from '../command.ts'
import type { deviceOptions } from '../device-options.ts'
import { Failure } from '../failure.ts'
import { homeOf } from '../keyring-options.ts'
import { boxPaths, openBox, pledgeOf } from './box.ts'
import { newsText } from './news-text.ts'

type DeviceCall = Call<typeof deviceOptions>

/** With the file that `vagus device join` wrote, where nothing else says what router this is. */
export async function asMember(call: DeviceCall): Promise<DeviceCall> {
  const { config, agent } = call.values
  if (config !== undefined || agent !== undefined) return call
  const { options } = boxPaths(await homeOf(call))
  return existsSync(options) ? { ...call, values: { ...call.values, config: options } } : call
}

/** Until `signal` aborts. What goes wrong is said: the device runs without it. */
export async function keepMembership(
  call: Pick<DeviceCall, 'values' | 'environment'>,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const home = await homeOf(call)
  const { idevid, state, options } = boxPaths(home)
  if (!existsSync(state)) return
  try {
    const box = await openBox(home, idevid)
    const { runPledge } = await import('@vagus/device/pledge')
    const { serial } = box.idevid
    const onNews = (news: Parameters<typeof newsText>[0]): void => report(`${serial}: ${newsText(news, serial)}`)
    const pledge = await pledgeOf(box, { home, options, report, onNews })
    await runPledge({ ...pledge, interfaces: [], until: 'never' }, signal)
  } catch (error) {
    const { message, fix } = error instanceof Failure ? error : { message: String(error), fix: 'vagus device join' }
    report(`its certificate of the domain will not be renewed: ${message}; ${fix}`)
  }
}
