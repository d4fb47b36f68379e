/**
 * A demand is all that one site sends another, and part of that are acknowledgements of the flows that come the other
 * way. So the flows get what the acknowledgements leave. With the demands d₁ and d₂ of the two directions, their flows
 * f₁ and f₂, and a₁ and a₂ octets of acknowledgements for each octet of them:
 *
 *   f₁ + a₂·f₂ = d₁      f₂ + a₁·f₁ = d₂      hence  f₁ = (d₁ − a₂·d₂) / (1 − a₁·a₂)
 * @module
 */
import type { Application, Mix } from './applications.ts'
import { meanFlowSize } from './flow-size.ts'
import { ackOctets, closingOctets, openingOctets, packetOctets, synOctets, type Version } from './packet.ts'

/** A demand that hardly covers its acknowledgements, as after a surge, keeps this share for flows of its own. */
const leastShare = 0.1

/** Octets that the other end sends back for each octet of flows of this `mix`. */
export function acknowledgementShare(applications: readonly Application[], mix: Mix, version: Version): number {
  return mix.reduce((sum, { application: name, share }) => {
    const application = applications.find((application) => application.name === name)
    return application?.protocol === 'tcp' ? sum + share * answersPerOctet(application, version) : sum
  }, 0)
}

/** Of a mean TCP flow; its last segment is half full. */
function answersPerOctet({ payload, size }: Application, version: Version): number {
  const octets = meanFlowSize(size)
  const segments = octets / ((payload.least + payload.most) / 2) + 0.5
  const sent = octets + segments * packetOctets(version, 'tcp', 0) + openingOctets(version) + closingOctets(version)
  return (segments * ackOctets(version) + synOctets(version) + closingOctets(version)) / sent
}

/** A demand in one family, in bits per second, and the acknowledgements for each octet of its flows. */
export interface Direction {
  readonly bitsPerSecond: number
  readonly acknowledgements: number
}

/** What is left for the flows of `own`, in bits per second. */
export function flowRate(own: Direction, back: Direction): number {
  const left = own.bitsPerSecond - back.acknowledgements * back.bitsPerSecond
  return Math.max(left / (1 - own.acknowledgements * back.acknowledgements), own.bitsPerSecond * leastShare)
}
