/** Whether a value that was read back from JSON is what was once written. @module */

export type Shape = (value: unknown) => boolean

export const isNumber: Shape = Number.isFinite
export const isCount: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0
export const isText: Shape = (value) => typeof value === 'string'
export const isAnything: Shape = () => true

export const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value)

export const isOneOf =
  (...values: readonly unknown[]): Shape =>
  (value) =>
    values.includes(value)

export const isListOf =
  (shape: Shape, limit: number): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= limit && value.every(shape)

/** Each field has its shape; others are let pass. */
export const isRecordOf = (fields: Readonly<Record<string, Shape>>): Shape => {
  const entries = Object.entries(fields)
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    entries.every(([name, shape]) => shape((value as Readonly<Record<string, unknown>>)[name]))
}
