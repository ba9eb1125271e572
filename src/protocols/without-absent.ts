/** Drops what a client left out; `null` counts as that, for many clients serialize every optional field. */
export function withoutAbsent<T extends object>(values: { [K in keyof T]: T[K] | null | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null)) as T
}
