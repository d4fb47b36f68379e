/**
 * The units of the Debian package, whose files of options nobody has written yet. They start the same commands as those
 * of `vagus service`, which fits a unit to a file and goes before these (systemd.unit(5), "Unit File Load Path").
 * @module
 */
import { nothing, ownNice, routers } from './services.ts'
import { type Service, unitText } from './unit.ts'

/** Where the package has the files of options. */
export const packagedFiles = { controller: '/etc/vagus/vagus.yaml', device: '/etc/vagus/device.yaml' } as const

/** By the name of the unit's file: its text. `program`: the words that start `vagus` there. */
export function packagedUnits(program: readonly string[]): Readonly<Record<string, string>> {
  const unit = (kind: keyof typeof packagedFiles, needs: Omit<Service, 'unit' | 'words'>): string =>
    unitText({ ...needs, unit: `vagus-${kind}`, words: [...program, kind, '-c', packagedFiles[kind]] })
  return {
    'vagus-controller.service': unit('controller', {
      ...nothing,
      description: 'Vagus controller',
      reload: 'on SIGHUP',
      more: ownNice,
    }),
    'vagus-device.service': unit('device', {
      ...nothing,
      description: 'Vagus agent beside the router of this host',
      after: Object.values(routers).flatMap(({ after }) => after),
      // Routes, rates and guards of private lines; queues and marks of services.
      capabilities: ['CAP_NET_ADMIN'],
    }),
  }
}
