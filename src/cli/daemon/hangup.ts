/**
 * Whether SIGHUP ends a daemon: only where it has a terminal that can go away. `nohup` has the signal ignored, but Node undoes
 * that at its start and says nothing of it; what shows is that `nohup` leaves no stream on the terminal. That of the BSDs,
 * macOS among them, leaves stdin there.
 */
export function endsOnHangup(streams: { stdin: boolean; stdout: boolean; stderr: boolean }, platform: NodeJS.Platform): boolean {
  return streams.stdout || streams.stderr || (streams.stdin && platform === 'linux')
}
