import { readFileSync } from 'node:fs'

/** What a Dockerfile says, as far as ours does: each instruction on one line, and the last three as JSON or a shell's line. */
export interface Dockerfile {
  /** Debian's name of its release. */
  suite: string
  env: Record<string, string>
  workdir: string
  user: string
  /** `COPY` and `RUN`, in their order. */
  steps: Step[]
  /** `ENTRYPOINT` and `CMD`. */
  command: string[]
  /** The line of the health check. */
  health: string
}

export type Step = { copy: string; to: string } | { run: string }

/** @throws Error for an instruction that it does not know, which nothing would test */
export function readDockerfile(path: string): Dockerfile {
  const lines = readFileSync(path, 'utf8').split('\n')
  const file: Dockerfile = { suite: '', env: {}, workdir: '/', user: '0', steps: [], command: [], health: '' }
  for (const line of lines.filter((text) => text !== '' && !text.startsWith('#'))) {
    const [, name, rest] = /^([A-Z]+) (.*)$/.exec(line)!
    if (name === 'FROM') file.suite = /^node:\d+-(\w+)-slim$/.exec(rest!)![1]!
    else if (name === 'ENV') Object.assign(file.env, Object.fromEntries(rest!.split(' ').map((pair) => pair.split('=') as [string, string])))
    else if (name === 'WORKDIR') file.workdir = rest!
    else if (name === 'USER') file.user = rest!
    else if (name === 'RUN') file.steps.push({ run: rest! })
    else if (name === 'COPY') file.steps.push({ copy: rest!.split(' ')[0]!, to: rest!.split(' ')[1]! })
    else if (name === 'HEALTHCHECK') file.health = rest!.split('CMD ')[1]!
    else if (name === 'ENTRYPOINT' || name === 'CMD') file.command.push(...(JSON.parse(rest!) as string[]))
    else if (name !== 'VOLUME' && name !== 'EXPOSE') throw new Error(`no step for ${name}`)
  }
  return file
}
