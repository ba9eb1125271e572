/** Names of efforts that vendors use, from the least on. */
const SCALE = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** Those of `offered` that comes nearest to the effort, the lesser of two; undefined where either is unknown. */
export function nearestEffort(effort: string, offered: readonly string[]): string | undefined {
  if (offered.includes(effort)) return effort
  const wanted = SCALE.indexOf(effort)
  if (wanted < 0) return undefined
  const known = SCALE.filter((name) => offered.includes(name))
  return known.toSorted((one, other) => distance(one, wanted) - distance(other, wanted))[0]
}

/** The effort whose budget in `budgets` comes nearest to a number of tokens. */
export function effortOfBudget(budget: number, budgets: Readonly<Record<string, number>>): string {
  const byDistance = Object.entries(budgets).toSorted(([, one], [, other]) => Math.abs(one - budget) - Math.abs(other - budget))
  return byDistance[0]![0]
}

function distance(effort: string, wanted: number): number {
  return Math.abs(SCALE.indexOf(effort) - wanted)
}
