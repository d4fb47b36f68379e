/**
 * OPEN, the first message a speaker sends (RFC 4271 §4.2).
 *
 *   octets  1        2      2          4               1               n
 *           version  my AS  hold time  BGP identifier  length of rest  optional parameters
 *
 * Parameters longer than 255 octets take the form of RFC 9072: the length is 255, and so is the type behind it.
 *
 *   octets  1    1    2               then 1     2       n
 *           255  255  length of rest       type  length  value
 *
 * Checks the form only; whether the values are acceptable (§6.2) is decided in `session/negotiate.ts`.
 * @module
 */
import { DecodeError, list, type Reader, Writer } from '@vagus/wire'
import { errorCode, openSubcode } from '../registry.ts'
import { capability, type Capability } from './capability.ts'
import { type Malformed, malformed } from './notification.ts'

/** `myAs` is what the two octets say, which is AS_TRANS for a larger one; `holdTime` in seconds. */
export interface Open {
  readonly type: 'open'
  readonly version: number
  readonly myAs: number
  readonly holdTime: number
  readonly bgpIdentifier: number
  readonly capabilities: readonly Capability[]
}

const parameterType = { capabilities: 2, extendedLength: 255 } as const
const capabilities = list(capability)

/** @param r at the body of the message */
export function readOpen(r: Reader): Open | Malformed {
  const version = r.uint8()
  if (version !== 4) {
    const problem = `BGP version ${version}; we speak 4`
    return malformed(errorCode.open, openSubcode.unsupportedVersion, problem, new Uint8Array([0, 4]))
  }
  const [myAs, holdTime, bgpIdentifier] = [r.uint16(), r.uint16(), r.uint32()]
  try {
    const found = readParameters(r)
    return 'problem' in found ? found : { type: 'open', version, myAs, holdTime, bgpIdentifier, capabilities: found }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return malformed(errorCode.open, openSubcode.unspecific, error.message)
  }
}

function readParameters(r: Reader): readonly Capability[] | Malformed {
  const shortLength = r.uint8()
  if (shortLength === 0) {
    r.end()
    return []
  }
  const type = r.uint8()
  // RFC 9072 §2: the type decides; any length but 0 may stand before it.
  if (type === parameterType.extendedLength) {
    const all = r.sub(r.uint16())
    r.end()
    return readEach(all, 2, nextType(all))
  }
  const all = r.sub(shortLength - 1)
  r.end()
  return readEach(all, 1, type)
}

const nextType = (r: Reader): number | undefined => (r.left > 0 ? r.uint8() : undefined)

/** The capabilities of all parameters, of which the first has its type read. */
function readEach(all: Reader, size: 1 | 2, first: number | undefined): readonly Capability[] | Malformed {
  const found: Capability[] = []
  for (let type = first; type !== undefined; type = nextType(all)) {
    const value = all.sub(size === 1 ? all.uint8() : all.uint16())
    if (type !== parameterType.capabilities) {
      const problem = `optional parameter ${type} is not known; 2, capabilities, is`
      return malformed(errorCode.open, openSubcode.unsupportedOptionalParameter, problem)
    }
    for (const one of capabilities.read(value)) found.push(one)
  }
  return found
}

/** Writes the body. All capabilities go into one parameter, or into the form of RFC 9072 when they do not fit. */
export function writeOpen(w: Writer, open: Omit<Open, 'type'>): void {
  w.uint8(open.version)
  w.uint16(open.myAs)
  w.uint16(open.holdTime)
  w.uint32(open.bgpIdentifier)
  const inner = new Writer()
  capabilities.write(inner, open.capabilities)
  const octets = inner.finish()
  if (octets.length === 0) w.uint8(0)
  else if (octets.length <= 253) writeParameters(w, octets)
  else writeExtendedParameters(w, octets)
}

function writeParameters(w: Writer, octets: Uint8Array): void {
  w.counted(1, () => {
    w.uint8(parameterType.capabilities)
    w.counted(1, () => w.octets(octets))
  })
}

function writeExtendedParameters(w: Writer, octets: Uint8Array): void {
  w.uint8(255)
  w.uint8(parameterType.extendedLength)
  w.counted(2, () => {
    w.uint8(parameterType.capabilities)
    w.counted(2, () => w.octets(octets))
  })
}
