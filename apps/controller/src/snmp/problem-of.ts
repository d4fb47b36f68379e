/** What the library's errors mean to an operator. Words of the library that may hold secrets or digests stay out. @module */
import snmp from 'net-snmp'
import type { SnmpTarget } from './settings.ts'
import { SnmpProblem } from './snmp-problem.ts'

/** Statistics by which a router says why it refused a message (RFC 3414 section 3.2), as the library words them. */
const reports: Readonly<Record<string, (target: SnmpTarget) => SnmpProblem>> = {
  'Unknown User Name': ({ user }) =>
    new SnmpProblem('wrong-user', `it knows no user "${user}": create it there, or set snmp.user`),
  'Wrong Digest (incorrect password, community or key)': ({ user, auth }) =>
    new SnmpProblem('wrong-secret', `the "auth" secret of user "${user}" is wrong, or it does not use ${auth}`),
  'Decryption Error': ({ user, privacy }) =>
    new SnmpProblem('wrong-secret', `the "privacy" secret of user "${user}" is wrong, or it does not use ${privacy}`),
  'Unsupported Security Level': ({ user, level }) =>
    new SnmpProblem('refused', `user "${user}" may not use level ${level} there: set snmp.level, or change the user`),
  'Not In Time Window': () =>
    new SnmpProblem('refused', 'its SNMP time does not go on: snmpEngineBoots must increase at its restarts'),
}

/** @param strangers answers from other addresses than the one that was asked, as text; empty for none */
export function problemOf(error: unknown, target: SnmpTarget, strangers = ''): SnmpProblem {
  if (error instanceof SnmpProblem) return error
  const { name, message } = error as Error
  if (name === 'RequestTimedOutError') return noAnswer(target, strangers)
  const report = reports[message]
  if (report !== undefined) return report(target)
  if (error instanceof snmp.ResponseInvalidError) return invalid(error, target)
  if (error instanceof snmp.RequestFailedError) {
    if (error.status === snmp.ErrorStatus.TooBig) return new SnmpProblem('too-big', 'its answer would be too long')
    return new SnmpProblem('refused', `it refuses: ${message}; let its view hold system and interfaces`)
  }
  const { code } = error as NodeJS.ErrnoException
  return code === undefined
    ? new SnmpProblem('malformed', `its answer could not be decoded: ${message}`)
    : new SnmpProblem('no-answer', `cannot be asked at ${placeOf(target)}: ${code}`)
}

function noAnswer(target: SnmpTarget, strangers: string): SnmpProblem {
  if (strangers !== '')
    return new SnmpProblem(
      'no-answer',
      `answers from ${strangers} when asked at ${placeOf(target)}: set devices.snmp.address`,
    )
  const also =
    target.version === '2c'
      ? ', or the community is wrong'
      : target.level === 'authPriv'
        ? ', or the "privacy" secret is wrong'
        : ''
  return new SnmpProblem(
    'no-answer',
    `no answer at ${placeOf(target)}: it does not listen there, something drops the packets${also}`,
  )
}

function invalid(
  error: InstanceType<typeof snmp.ResponseInvalidError>,
  { user, auth, privacy }: SnmpTarget,
): SnmpProblem {
  const { code } = error as unknown as { readonly code: number }
  // The library puts digests into the words of these.
  if (code === snmp.ResponseInvalidCode.EAuthFailure)
    return new SnmpProblem('wrong-secret', `its answer to user "${user}" has a wrong digest: check "auth" and ${auth}`)
  if (code === snmp.ResponseInvalidCode.ECouldNotDecrypt)
    return new SnmpProblem(
      'wrong-secret',
      `its answer to user "${user}" cannot be decrypted: check "privacy" and ${privacy}`,
    )
  return new SnmpProblem('malformed', `its answer is not what was asked for: ${codeName(code)}`)
}

const codeName = (code: number): string => snmp.ResponseInvalidCode[code] ?? String(code)

const placeOf = ({ address, port }: SnmpTarget): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
