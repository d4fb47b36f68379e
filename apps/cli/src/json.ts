/** What `--json` prints. @module */

/** Ends with a newline. @param resource with `apiVersion` and `kind`, as the API gave it */
export const jsonText = (resource: object): string => `${JSON.stringify(resource, null, 2)}\n`

/** The same of what is made here. @param kind such as `LabList` */
export const resourceText = (kind: string, fields: object): string =>
  jsonText({ apiVersion: 'vagus/v1', kind, ...fields })
