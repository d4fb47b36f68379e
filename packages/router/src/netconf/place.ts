/** Where a server of NETCONF is, and how OpenSSH's client is told so. @module */

export interface NetconfPlace {
  /** A name, an address, or a `Host` of ssh's configuration. */
  readonly host: string
  /** 830 as a rule (RFC 6242 §3). */
  readonly port: number
  /** Whoever ssh's configuration says, unless given. */
  readonly user?: string
  /** File of ssh's configuration instead of the user's and the host's. */
  readonly sshConfig?: string
}

/**
 * No blanks, no quotes, nothing that a shell knows, no `-` in front: ssh puts both into commands of its configuration
 * (ProxyCommand, Match exec), and takes what begins with `-` as an option.
 */
const hostForm = /^[\w:][\w.:%-]{0,254}$/
const userForm = /^[A-Za-z0-9_][\w.@+-]{0,63}$/

/** @throws {RangeError} what ssh would take for something else */
export function checkPlace({ host, port, user, sshConfig }: NetconfPlace): void {
  if (!hostForm.test(host))
    throw new RangeError(`${JSON.stringify(host)} is not a host; r1.example.net, 192.0.2.1 and 2001:db8::1 are`)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new RangeError(`${port} is not a port from 1 to 65535; NETCONF has 830`)
  if (user !== undefined && !userForm.test(user))
    throw new RangeError(`${JSON.stringify(user)} is not a user; letters, digits, and . _ - @ + within make one`)
  if (sshConfig !== undefined && (sshConfig === '' || /[\0\r\n]/.test(sshConfig)))
    throw new RangeError(`${JSON.stringify(sshConfig)} is not a file of ssh's configuration`)
}

/** As people read it. */
export const placeText = ({ host, port, user }: NetconfPlace): string =>
  `${user === undefined ? '' : `${user}@`}${host} port ${port}`

/**
 * The words of ssh's command line.
 * @param within milliseconds until there is a connection
 * @throws {RangeError} a place that is none
 */
export function sshWords(place: NetconfPlace, within: number): readonly string[] {
  checkPlace(place)
  const { host, port, user, sshConfig } = place
  const options = [
    // Nobody is there to answer a question, and an unknown router must not get a configuration.
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `ConnectTimeout=${Math.max(1, Math.ceil(within / 1000))}`,
    // What the user's configuration is for at other times: commands, forwarded ports, a connection that outlives this one.
    // One that is there already is used.
    'RemoteCommand=none',
    'ClearAllForwardings=yes',
    'ControlMaster=no',
    // Faults, and no banner of the router.
    'LogLevel=ERROR',
  ]
  return [
    '-T',
    ...options.flatMap((option) => ['-o', option]),
    '-p',
    String(port),
    ...(sshConfig === undefined ? [] : ['-F', sshConfig]),
    ...(user === undefined ? [] : ['-l', user]),
    '-s',
    '--',
    host,
    'netconf',
  ]
}
