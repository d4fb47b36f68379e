/**
 * A fix is text that contains commands, such as "as root: sysctl -w …" or
 * "vagus cheat ipfix: send to udp/4739". The commands are set apart, so that they can be copied.
 * @module
 */

export interface FixPart {
  readonly kind: 'command' | 'words'
  readonly text: string
}

/** The start of a command; "vagus.yaml" is a file, not a command. */
const command = /^(?:vagus|sysctl|apt-get|systemctl|softflowd|npm|npx) /

export function fixPartsOf(fix: string): FixPart[] {
  return fix.split(/(?<=[:;]) /).map((part) => {
    const text = part.replace(/[:;]$/, '')
    return command.test(text) ? { kind: 'command', text } : { kind: 'words', text: part }
  })
}
