/** What the system says that has run out of something, for people. */
const FAULTS: Record<string, string> = {
  EMFILE: 'this process has no free file descriptor',
  ENFILE: 'the system has no free file descriptor',
  EAGAIN: 'the system starts no more processes for this user',
  ENOMEM: 'the system has no memory',
  ENOBUFS: 'the system has no memory for connections',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
  EROFS: 'the disk can only be read',
  EIO: 'the disk has a fault',
}

/** How deep libraries hide the system's error in their own. */
const MAX_CAUSES = 5

/** What the system has run out of, if that is behind an error; undefined for any other. */
export function faultBehind(error: unknown): string | undefined {
  let cause = error as { code?: unknown; cause?: unknown } | undefined
  for (let depth = 0; depth < MAX_CAUSES && typeof cause === 'object' && cause !== null; depth++) {
    if (typeof cause.code === 'string' && Object.hasOwn(FAULTS, cause.code)) return FAULTS[cause.code]
    cause = cause.cause as typeof cause
  }
  return undefined
}
