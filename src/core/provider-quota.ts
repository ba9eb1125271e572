/** What a provider itself says that is left of a plan. */
export interface ProviderQuota {
  /** As the provider calls it. */
  plan?: string
  /** A day, or a time, at which it is whole again. */
  resetsAt?: string
  quotas: { name: string; unlimited: boolean; entitlement?: number; remaining?: number; percentRemaining?: number }[]
}
