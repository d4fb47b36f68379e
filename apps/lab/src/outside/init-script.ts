/**
 * The first process of a lab: it makes the folders that FRR writes to private, starts the lab's own process, and stays as
 * the parent that every orphan in there falls back to.
 * @module
 */
import { homeOctets, labPaths } from '../spec.ts'

/** Folders of the machine that are hidden in the lab, so that nothing in there writes to them. */
const hidden = ['/run', '/var/tmp'] as const

/**
 * A script for `sh -c`, with the command of the lab's own process as its arguments. `needed` are folders that must stay
 * visible even where they lie below a hidden one.
 */
export function initScript(needed: readonly string[]): string {
  const below = needed.filter((folder) => hidden.some((top) => folder === top || folder.startsWith(`${top}/`)))
  return `set -eu
mount -t tmpfs -o mode=755 none /etc/frr
${below.map((folder, at) => `mkdir /etc/frr/keep-${at}; mount --bind ${quoted(folder)} /etc/frr/keep-${at}`).join('\n')}
mount -t tmpfs -o mode=755 none /run
mount -t tmpfs -o mode=1777 none /var/tmp
${below.map((folder, at) => `mkdir -p ${quoted(folder)}; mount --bind /etc/frr/keep-${at} ${quoted(folder)}`).join('\n')}
mkdir -p /run/netns /run/frr /run/lab/home /run/lab/routers /var/tmp/frr
mount -t tmpfs -o mode=700,size=${homeOctets} none ${labPaths('').home}
# root is the only user in a user namespace, and vtysh wants it in these groups
printf 'root:x:0:root\\nfrr:x:0:root\\nfrrvty:x:0:root\\n' > /run/lab/group
mount --bind /run/lab/group /etc/group
"$@"
exit $?
`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
