/** The files of /etc/vagus as the package brings them: examples of which no line counts yet. @module */
import { cheats } from '../../../apps/cli/src/cheats.ts'

export const controllerFile = (): string =>
  file('config', [
    'Configuration of vagus-controller. As it stands, the controller knows no router and listens on this host only.',
    '',
    '  vagus config explain                        what each key means',
    '  vagus config check /etc/vagus/vagus.yaml    names the line of each mistake',
    '  systemctl enable --now vagus-controller     systemctl reload after a change',
    '',
    'Ports below 1024 need a right that the unit has not. This writes a unit that fits the file:',
    '  vagus service controller --install -- -c /etc/vagus/vagus.yaml',
  ])

export const deviceFile = (): string =>
  file('device', [
    'Options of vagus-device, the agent beside the router of this host. It needs "agent" at least.',
    '',
    '  vagus config explain --device                         what each key means',
    '  vagus config check --device /etc/vagus/device.yaml    names the line of each mistake',
    '  systemctl enable --now vagus-device                   systemctl restart after a change',
    '',
    'With "router", the agent needs the group of its sockets. This writes a unit that fits the file:',
    '  vagus service device --install -- -c /etc/vagus/device.yaml',
  ])

/** The sheet of `vagus cheat TOPIC`, without what it says to type. */
function file(topic: string, head: readonly string[]): string {
  const { text } = cheats.find((cheat) => cheat.topic === topic)!
  const example = text.split('\n\n# then:')[0]!.split('\n')
  return [...head, '', ...example]
    .map((line) => `# ${line}`.trimEnd())
    .join('\n')
    .concat('\n')
}
