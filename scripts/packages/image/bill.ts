/** Of what an image is made: the bill of the command, and the packages of Debian. @module */
import type { Bill } from '../bill-of-materials.ts'
import type { Architecture } from '../tree.ts'
import { readPins } from './debian-packages.ts'

/** For all of `architectures`, so that each image has the same bill. */
export function imageBill(bill: Bill, architectures: readonly Architecture[]): Bill {
  const debian = readPins().packages.flatMap(({ name, version, sha256 }) =>
    architectures.map((architecture) => {
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`
      const hashes = [{ alg: 'SHA-256', content: sha256[architecture] }]
      return { 'bom-ref': purl, type: 'library', name, version, purl, hashes }
    }),
  )
  const { component } = bill.metadata
  const dependencies = bill.dependencies.map((one) =>
    one.ref === component['bom-ref']
      ? { ...one, dependsOn: [...one.dependsOn, ...debian.map((each) => each['bom-ref'])] }
      : one,
  )
  return { ...bill, components: [...bill.components, ...debian], dependencies }
}
