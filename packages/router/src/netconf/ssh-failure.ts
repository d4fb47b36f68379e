/** What ssh's own words mean, and what to do then. @module */
import { RouterError } from '../errors.ts'
import { type NetconfPlace, placeText } from './place.ts'

type Advice = (place: NetconfPlace) => string

/** In this order: a key that changed is told with the same last line as one that is unknown. */
const advices: readonly (readonly [said: RegExp, advice: Advice])[] = [
  [
    /HOST IDENTIFICATION HAS CHANGED/,
    ({ host, port }) =>
      `its host key is another one than known_hosts has: if the router got a new key, remove the old one with ssh-keygen -R "[${host}]:${port}", compare the new one's fingerprint at the router, and add it`,
  ],
  [
    /host key is known for|Host key verification failed/,
    ({ host, port }) =>
      `its host key is not in known_hosts: get it with ssh-keyscan -p ${port} ${host}, compare its fingerprint at the router, and add it`,
  ],
  [
    /Too many authentication failures/,
    () =>
      'it lets nobody try so many keys: name the right one in the configuration of ssh (IdentityFile, IdentitiesOnly yes)',
  ],
  [
    /Permission denied/,
    ({ user }) =>
      `it does not let ${user === undefined ? 'this user' : `the user ${user}`} in: add the public key to that user at the router, or name another user or key`,
  ],
  [/Could not resolve hostname/, () => 'its name has no address: correct the name, or give the address'],
  [
    /Connection refused/,
    () => 'nothing listens there: enable NETCONF over SSH at the router, or correct the port (830 as a rule)',
  ],
  [
    /timed out|No route to host|Network is unreachable/,
    () => 'no answer comes back: look at the route to it, and at filters between',
  ],
  [
    /subsystem request failed/,
    () =>
      'its SSH server has no subsystem netconf: enable NETCONF at the router, or use the port that has it (830 as a rule)',
  ],
  [
    /user config file|[Bb]ad configuration option|keyword .* extra arguments/,
    () => "correct the file of ssh's configuration",
  ],
]

const maxCharacters = 500

/** The text that a program or router gave, in one line that people can read. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken away
  const line = text.replaceAll(/[\s\u0000-\u001F\u007F-\u009F]+/g, ' ').trim()
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters)}…` : line
}

/** Why there is no session, or none any more. @param said all that ssh wrote as faults */
export function sshFailure(place: NetconfPlace, said: string, stage: 'opening' | 'open'): RouterError {
  const advice = advices.find(([pattern]) => pattern.test(said))?.[1](place)
  // The lines of a changed key are a page; the last one says it.
  const last = said.trim().split('\n').slice(-2).join(' ')
  const words = said.trim() === '' ? '' : ` (ssh: ${oneLine(last.replace(/^ssh: /, ''))})`
  const happened =
    stage === 'open'
      ? 'ended the session'
      : 'ended the connection before it said hello: look whether NETCONF runs there'
  return new RouterError('unreachable', `NETCONF at ${placeText(place)}: ${advice ?? happened}${words}`)
}
