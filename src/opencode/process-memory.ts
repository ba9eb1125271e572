import pidusage from 'pidusage'

/** Resident bytes of processes by their ids; without those that have gone, or that the system says nothing of. */
export async function memoryOf(pids: readonly number[]): Promise<Readonly<Record<number, number | undefined>>> {
  if (pids.length === 0) return {}
  // It holds a file open for each process it has seen, for so many milliseconds. A process may end while it is looked at.
  const usage = await pidusage([...pids], { maxage: 1000 }).catch(() => ({}) as Record<string, { memory: number } | undefined>)
  return Object.fromEntries(pids.map((pid) => [pid, usage[pid]?.memory]))
}
